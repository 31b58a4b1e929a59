TRAIN, VALID = ([torch.from_numpy(numbers) for numbers in part] for part in (TRAIN, VALID))
#if activation.sine


class Sine(nn.Module):
    def forward(self, z):
        return torch.sin(z)
#end


ACTIVATIONS = {
#if activation.tanh
    "tanh": nn.Tanh,
#end
#if activation.relu
    "relu": nn.ReLU,
#end
#if activation.sigmoid
    "sigmoid": nn.Sigmoid,
#end
#if activation.linear
    "linear": nn.Identity,
#end
#if activation.leaky-relu
    "leaky-relu": lambda: nn.LeakyReLU(0.01),
#end
#if activation.elu
    "elu": nn.ELU,
#end
#if activation.selu
    "selu": nn.SELU,
#end
#if activation.gelu
    "gelu": nn.GELU,
#end
#if activation.gelu-tanh
    "gelu-tanh": lambda: nn.GELU(approximate="tanh"),
#end
#if activation.silu
    "silu": nn.SiLU,
#end
#if activation.mish
    "mish": nn.Mish,
#end
#if activation.softplus
    "softplus": nn.Softplus,
#end
#if activation.sine
    "sine": Sine,
#end
}
#if dropout


def threefry(key, counter):
    """The first word of Threefry-2x32 with 20 rounds, for many counters."""
    mask = np.uint64(0xFFFFFFFF)
    keys = [np.uint64(k) for k in (key[0], key[1], 0x1BD11BDA ^ key[0] ^ key[1])]
    a, b = (np.uint64(counter[0]) + keys[0]) & mask, (counter[1] + keys[1]) & mask
    for round in range(20):
        turn = np.uint64([13, 15, 26, 6, 17, 29, 16, 24][round % 8])
        a = (a + b) & mask
        b = ((b << turn | b >> (np.uint64(32) - turn)) & mask) ^ a
        if round % 4 == 3:
            n = round // 4 + 1
            a, b = (a + keys[n % 3]) & mask, (b + keys[(n + 1) % 3] + np.uint64(n)) & mask
    return a


class Dropout(nn.Module):
    """Leaves out the same units of the same rows as the page does."""

    def __init__(self, chance, before, hidden):
        super().__init__()
        self.chance, self.before, self.hidden, self.update = chance, before, hidden, 0

    def forward(self, a):
        if not self.training or self.chance == 0:
            return a
        place = np.arange(a.shape[0], dtype=np.uint64)[:, None] * np.uint64(self.hidden)
        place = place + np.arange(self.before, self.before + a.shape[1], dtype=np.uint64)[None, :]
        word = threefry((SEED & 0xFFFFFFFF, SEED >> 32), (self.update, place))
        kept = (word >> np.uint64(8)).astype(np.float64) / 16777216 >= np.float32(self.chance)
        return a * torch.from_numpy(kept.astype(np.float32)) / (1 - self.chance)
#end


def network(settings):
    """The network with its initial weights."""
    hidden, modules = settings["hidden"], []
    sizes = [INPUTS, *hidden, OUTPUTS]
    for layer, units in enumerate(hidden):
        modules += [nn.Linear(sizes[layer], units), ACTIVATIONS[settings["activations"][layer]]()]
#if dropout
        modules.append(Dropout(settings["dropout"], sum(hidden[:layer]), sum(hidden)))
#end
    modules.append(nn.Linear(sizes[-2], OUTPUTS))
    net, at, values = nn.Sequential(*modules), 0, initial(sizes, settings)
    values = torch.tensor(values, dtype=torch.float32)
    with torch.no_grad():
        for linear in (m for m in net if isinstance(m, nn.Linear)):
            size = linear.in_features * linear.out_features
            linear.weight.copy_(values[at : at + size].reshape(linear.in_features, -1).T)
            linear.bias.copy_(values[at + size : at + size + linear.out_features])
            at += size + linear.out_features
    return net


def loss_of(z, y, smoothing=0.0):
    """The loss that is trained with: the mean over rows."""
#if loss.binary-cross-entropy
    y = (1 - smoothing) * y + smoothing / 2
    return nn.functional.binary_cross_entropy_with_logits(z[:, 0], y)
#end
#if loss.softmax-cross-entropy
    return nn.functional.cross_entropy(z, y.long(), label_smoothing=smoothing)
#end
#if loss.kl-divergence
    y = (1 - smoothing) * nn.functional.one_hot(y.long(), OUTPUTS) + smoothing / OUTPUTS
    return (torch.special.xlogy(y, y) - y * torch.log_softmax(z, 1)).sum(1).mean()
#end
#if loss.squared-error
    return nn.functional.mse_loss(z[:, 0], y)
#end
#if loss.absolute-error
    return nn.functional.l1_loss(z[:, 0], y)
#end
#if loss.huber
    return nn.functional.huber_loss(z[:, 0], y, delta={{delta}})
#end
#if loss.hinge
    return torch.relu(1 - (2 * y - 1) * z[:, 0]).mean()
#end
#if loss.multiclass-hinge
    own = z.gather(1, y.long()[:, None])[:, 0]
    others = z.masked_fill(nn.functional.one_hot(y.long(), OUTPUTS).bool(), -math.inf)
    return torch.relu(1 + others.max(1).values - own).mean()
#end
#if rule.averaged-momentum


class AveragedMomentum(torch.optim.Optimizer):
    """v = momentum * v + (1 - momentum) * g, w = w - lr * v: no optimizer of PyTorch's."""

    def __init__(self, parameters, lr, momentum):
        super().__init__(parameters, {"lr": lr, "momentum": momentum})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for p in group["params"]:
                v = self.state[p].setdefault("v", torch.zeros_like(p))
                v.mul_(group["momentum"]).add_(p.grad, alpha=1 - group["momentum"])
                p.sub_(v, alpha=group["lr"])
#end
#if dampened


class DampenedMomentum(torch.optim.Optimizer):
    """v = momentum * v + (1 - dampening) * g after a first v = g, w = w - lr * v: without momentum
    PyTorch's SGD leaves out dampening as well."""

    def __init__(self, parameters, lr, momentum, dampening):
        super().__init__(parameters, {"lr": lr, "momentum": momentum, "dampening": dampening})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for p in group["params"]:
                if "v" in self.state[p]:
                    v = self.state[p]["v"]
                    v.mul_(group["momentum"]).add_(p.grad, alpha=1 - group["dampening"])
                else:
                    v = self.state[p]["v"] = p.grad.clone()
                p.sub_(v, alpha=group["lr"])
#end
#if rule.nadam


class NAdam(torch.optim.Optimizer):
    """PyTorch's of version 2; that of version 1.13 multiplies one factor too many."""

    def __init__(self, parameters, lr, betas, eps, momentum_decay):
        super().__init__(parameters, {"lr": lr})
        self.betas, self.eps, self.decay, self.updates, self.product = betas, eps, momentum_decay, 0, 1.0

    def mu(self, update):
        return self.betas[0] * (1 - 0.5 * 0.96 ** (update * self.decay))

    @torch.no_grad()
    def step(self):
        (one, two), self.updates = self.betas, self.updates + 1
        mu, following = self.mu(self.updates), self.mu(self.updates + 1)
        self.product *= mu
        for group in self.param_groups:
            for p in group["params"]:
                first = self.state[p].setdefault("first", torch.zeros_like(p))
                second = self.state[p].setdefault("second", torch.zeros_like(p))
                first.mul_(one).add_(p.grad, alpha=1 - one)
                second.mul_(two).addcmul_(p.grad, p.grad, value=1 - two)
                spread = (second / (1 - two**self.updates)).sqrt().add_(self.eps)
                ahead = first * (following / (1 - self.product * following))
                ahead.add_(p.grad, alpha=(1 - mu) / (1 - self.product))
                p.sub_(ahead / spread, alpha=group["lr"])
#end
#if rule.lion


class Lion(torch.optim.Optimizer):
    """Chen and others 2023: no optimizer of PyTorch's."""

    def __init__(self, parameters, lr, betas):
        super().__init__(parameters, {"lr": lr, "betas": betas})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            one, two = group["betas"]
            for p in group["params"]:
                m = self.state[p].setdefault("m", torch.zeros_like(p))
                p.sub_(torch.sign(one * m + (1 - one) * p.grad), alpha=group["lr"])
                m.mul_(two).add_(p.grad, alpha=1 - two)
#end


def optimizer_of(net, s):
    parameters, lr, momentum = net.parameters(), s["learning_rate"], s["momentum"]
#if rule.sgd
    if s["rule"] == "sgd":
        return torch.optim.SGD(parameters, lr=lr)
#end
#if rule.momentum
    if s["rule"] == "momentum":
#if dampened
        if momentum == 0 and s["dampening"] > 0:
            return DampenedMomentum(parameters, lr, momentum, s["dampening"])
#end
        return torch.optim.SGD(parameters, lr=lr, momentum=momentum, dampening=s["dampening"])
#end
#if rule.nesterov
    if s["rule"] == "nesterov":
        # Without momentum the two are the same, and PyTorch refuses the word.
        return torch.optim.SGD(parameters, lr=lr, momentum=momentum, nesterov=momentum > 0)
#end
#if rule.averaged-momentum
    if s["rule"] == "averaged-momentum":
        return AveragedMomentum(parameters, lr, momentum)
#end
#if rule.adagrad
    if s["rule"] == "adagrad":
        start = s["initial_accumulator"]
        return torch.optim.Adagrad(parameters, lr=lr, initial_accumulator_value=start, eps=s["epsilon"])
#end
#if rule.rms-prop
    if s["rule"] == "rms-prop":
        return torch.optim.RMSprop(parameters, lr=lr, alpha=s["beta2"], eps=s["epsilon"], momentum=momentum)
#end
#if rule.centred-rms-prop
    if s["rule"] == "centred-rms-prop":
        return torch.optim.RMSprop(
            parameters, lr=lr, alpha=s["beta2"], eps=s["epsilon"], momentum=momentum, centered=True
        )
#end
#if rule.adadelta
    if s["rule"] == "adadelta":
        return torch.optim.Adadelta(parameters, lr=lr, rho=s["beta2"], eps=s["epsilon"])
#end
#if rule.adam rule.adamw
    if s["rule"] in ("adam", "adamw"):  # the decay of AdamW is below, with the other penalties
        return torch.optim.Adam(parameters, lr=lr, betas=(momentum, s["beta2"]), eps=s["epsilon"])
#end
#if rule.nadam
    if s["rule"] == "nadam":
        return NAdam(parameters, lr, (momentum, s["beta2"]), s["epsilon"], s["momentum_decay"])
#end
#if rule.lion
    if s["rule"] == "lion":
        return Lion(parameters, lr, (momentum, s["beta2"]))
#end
    raise ValueError(s["rule"])


class Training:
    """A network on its way: one update at a time."""

    def __init__(self, s):
        self.s, self.net = s, network(s)
        self.optimizer = optimizer_of(self.net, s)
#if penalties
        self.penalised = [p for p in self.net.parameters() if s["penalise_biases"] or p.dim() > 1]
#end

    def losses(self):
        """On the training and the validation set."""
        self.net.eval()
        with torch.no_grad():
            return tuple(float(loss_of(self.net(x), y)) for x, y in (TRAIN, VALID))

    def update(self, batch, number, rate):
        """Learns from the rows of a batch; updates are counted from 0."""
        s, net = self.s, self.net
        net.train()
        for group in self.optimizer.param_groups:
            group["lr"] = rate
#if dropout
        for module in net:
            if isinstance(module, Dropout):
                module.update = number
#end
        self.optimizer.zero_grad()
        loss_of(net(TRAIN[0][batch]), TRAIN[1][batch], s["label_smoothing"]).backward()
#if l1 clip_value clip_norm decays
        with torch.no_grad():
#end
#if l1
            for p in self.penalised:
                p.grad += s["l1"] * torch.sign(p)
#end
#if clip_value
            if s["clip_value"] > 0:
                nn.utils.clip_grad_value_(net.parameters(), s["clip_value"])
#end
#if clip_norm
            if s["clip_norm"] > 0:
                nn.utils.clip_grad_norm_(net.parameters(), s["clip_norm"])
#end
#if decays
            for p in self.penalised:
                p.grad += s["l2"] * p  # weight_decay of SGD and Adam
                p -= rate * s["decay"] * p  # weight_decay of AdamW
#end
        self.optimizer.step()

ACTIVATIONS = {
#if activation.tanh
    "tanh": "tanh",
#end
#if activation.relu
    "relu": "relu",
#end
#if activation.sigmoid
    "sigmoid": "sigmoid",
#end
#if activation.linear
    "linear": "linear",
#end
#if activation.leaky-relu
    "leaky-relu": lambda z: keras.activations.leaky_relu(z, negative_slope=0.01),
#end
#if activation.elu
    "elu": "elu",
#end
#if activation.selu
    "selu": "selu",
#end
#if activation.gelu
    "gelu": "gelu",
#end
#if activation.gelu-tanh
    "gelu-tanh": lambda z: keras.activations.gelu(z, approximate=True),
#end
#if activation.silu
    "silu": "silu",
#end
#if activation.mish
    "mish": "mish",
#end
#if activation.softplus
    "softplus": "softplus",
#end
#if activation.sine
    "sine": ops.sin,
#end
}


def dense(units, s, activation=None):
    """A layer with its penalties."""
    layer = keras.layers.Dense(units, activation=activation)
#if l1 l2
    # Keras's penalty is l2 * w * w, whose gradient is twice l2 * w.
    penalty = keras.regularizers.L1L2(l1=s["l1"], l2=s["l2"] / 2)
    layer.kernel_regularizer = penalty
    layer.bias_regularizer = penalty if s["penalise_biases"] else None
#end
    return layer


def network(s):
    """The network with its initial weights."""
    layers, sizes = [keras.Input((INPUTS,))], [INPUTS, *s["hidden"], OUTPUTS]
    for units, activation in zip(s["hidden"], s["activations"]):
        layers.append(dense(units, s, ACTIVATIONS[activation]))
#if dropout
        layers.append(keras.layers.Dropout(s["dropout"]))
#end
    net = keras.Sequential([*layers, dense(OUTPUTS, s)])
    values, weights = np.array(initial(sizes, s), dtype=np.float32), []
    for inputs, outputs in zip(sizes, sizes[1:]):
        kernel, bias, values = np.split(values, [inputs * outputs, (inputs + 1) * outputs])
        weights += [kernel.reshape(inputs, outputs), bias]
    net.set_weights(weights)
    return net
#if loss.kl-divergence


class KLDivergence(keras.losses.Loss):
    """Keras's wants probabilities."""

    def __init__(self, smoothing):
        super().__init__()
        self.smoothing = smoothing

    def call(self, y, z):
        y = (1 - self.smoothing) * y + self.smoothing / OUTPUTS
        return ops.sum(y * ops.log(ops.maximum(y, 1e-30)) - y * ops.log_softmax(z), axis=-1)
#end
#if loss.multiclass-hinge


class MulticlassHinge(keras.losses.Loss):
    """Keras's CategoricalHinge holds the best wrong output against 0 as well."""

    def call(self, y, z):
        best_wrong = ops.max(ops.where(y > 0, -math.inf, z), axis=-1)
        return ops.relu(1 + best_wrong - ops.sum(y * z, axis=-1))
#end


def loss_of(smoothing=0.0):
    """The loss that is trained with: the mean over rows, of outputs before any sigmoid or softmax."""
#if loss.binary-cross-entropy
    return keras.losses.BinaryCrossentropy(from_logits=True, label_smoothing=smoothing)
#end
#if loss.softmax-cross-entropy
    return keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=smoothing)
#end
#if loss.kl-divergence
    return KLDivergence(smoothing)
#end
#if loss.squared-error
    return keras.losses.MeanSquaredError()
#end
#if loss.absolute-error
    return keras.losses.MeanAbsoluteError()
#end
#if loss.huber
    return keras.losses.Huber(delta={{delta}})
#end
#if loss.hinge
    return keras.losses.Hinge()
#end
#if loss.multiclass-hinge
    return MulticlassHinge()
#end


#if categorical
# A column for each class.
TRAIN, VALID = ((x, keras.utils.to_categorical(y, OUTPUTS)) for x, y in (TRAIN, VALID))
#else
TRAIN, VALID = ((x, y[:, None]) for x, y in (TRAIN, VALID))
#end
#if own.momentum


class Momentum(keras.optimizers.Optimizer):
    """v = momentum * v + fresh * g, w = w - lr * v, where fresh is 1 at the first update. Keras's SGD
    has no dampening, and its v holds the learning rate, so that a schedule reaches it too late."""

    def __init__(self, learning_rate, momentum, first=1.0, fresh=1.0, nesterov=False, **more):
        super().__init__(learning_rate, **more)
        self.momentum, self.first, self.fresh, self.nesterov = momentum, first, fresh, nesterov

    def build(self, variables):
        super().build(variables)
        self.velocities = self.add_optimizer_variables(variables, "velocity")

    def update_step(self, gradient, variable, learning_rate):
        v = self.velocities[self._get_variable_index(variable)]
        fresh = ops.where(self.iterations > 0, self.fresh, self.first)
        new = self.momentum * v + ops.cast(fresh, v.dtype) * gradient
        self.assign(v, new)
        step = gradient + self.momentum * new if self.nesterov else new
        self.assign_sub(variable, learning_rate * step)
#end
#if own.rms-prop


class RMSprop(keras.optimizers.Optimizer):
    """Keras's holds the learning rate in its momentum, so that a schedule reaches it too late."""

    def __init__(self, learning_rate, rho, momentum, epsilon, centered=False, **more):
        super().__init__(learning_rate, **more)
        self.rho, self.momentum, self.epsilon, self.centered = rho, momentum, epsilon, centered

    def build(self, variables):
        super().build(variables)
        names = ["square", "mean", "velocity"]
        self.squares, self.means, self.velocities = self.add_optimizer_variables(variables, names)

    def update_step(self, gradient, variable, learning_rate):
        at = self._get_variable_index(variable)
        square, mean, v = self.squares[at], self.means[at], self.velocities[at]
        self.assign(square, self.rho * square + (1 - self.rho) * gradient * gradient)
        self.assign(mean, self.rho * mean + (1 - self.rho) * gradient)
        spread = ops.maximum(square - mean * mean, 0.0) if self.centered else square
        self.assign(v, self.momentum * v + gradient / (ops.sqrt(spread) + self.epsilon))
        self.assign_sub(variable, learning_rate * v)
#end
#if rule.nadam


class NAdam(keras.optimizers.Optimizer):
    """As PyTorch has it: in Keras's Nadam the momentum's decay is 1."""

    def __init__(self, learning_rate, beta_1, beta_2, epsilon, momentum_decay, **more):
        super().__init__(learning_rate, **more)
        self.betas, self.epsilon, self.decay = (beta_1, beta_2), epsilon, momentum_decay

    def build(self, variables):
        super().build(variables)
        self.firsts, self.seconds = self.add_optimizer_variables(variables, ["first", "second"])
        self.products = self.add_optimizer_variables(variables, "product", "ones")

    def mu(self, update):
        return self.betas[0] * (1 - 0.5 * 0.96 ** (update * self.decay))

    def update_step(self, gradient, variable, learning_rate):
        at, two = self._get_variable_index(variable), self.betas[1]
        first, second, product = self.firsts[at], self.seconds[at], self.products[at]
        update = ops.cast(self.iterations + 1, variable.dtype)
        mu, following = self.mu(update), self.mu(update + 1)
        self.assign(product, product * mu)
        self.assign(first, self.betas[0] * first + (1 - self.betas[0]) * gradient)
        self.assign(second, two * second + (1 - two) * gradient * gradient)
        ahead = following * first / (1 - product * following) + (1 - mu) * gradient / (1 - product)
        root = ops.sqrt(second / (1 - ops.power(two, update)))
        self.assign_sub(variable, learning_rate * ahead / (root + self.epsilon))
#end
#if own.lion


class Lion(keras.optimizers.Optimizer):
    """Keras's refuses to go without momentum."""

    def __init__(self, learning_rate, beta_1, beta_2, **more):
        super().__init__(learning_rate, **more)
        self.betas = beta_1, beta_2

    def build(self, variables):
        super().build(variables)
        self.firsts = self.add_optimizer_variables(variables, "first")

    def update_step(self, gradient, variable, learning_rate):
        (one, two), first = self.betas, self.firsts[self._get_variable_index(variable)]
        step = ops.sign(one * first + (1 - one) * gradient)
        self.assign(first, two * first + (1 - two) * gradient)
        self.assign_sub(variable, learning_rate * step)
#end


def optimizer_of(s):
    lr, momentum, more = s["learning_rate"], s["momentum"], {}
#if clip_norm
    more["global_clipnorm"] = s["clip_norm"]
#else
#if clip_value
    more["clipvalue"] = s["clip_value"]
#end
#end
#if decay rule.adamw
    more["weight_decay"] = s["decay"]
#end
#if rule.sgd
    optimizer = keras.optimizers.SGD(lr, **more)
#end
#if rule.momentum
#if own.momentum
    optimizer = Momentum(lr, momentum, fresh=1 - s["dampening"], **more)
#else
    optimizer = keras.optimizers.SGD(lr, momentum=momentum, **more)
#end
#end
#if rule.nesterov
#if own.momentum
    optimizer = Momentum(lr, momentum, nesterov=True, **more)
#else
    optimizer = keras.optimizers.SGD(lr, momentum=momentum, nesterov=True, **more)
#end
#end
#if rule.averaged-momentum
    optimizer = Momentum(lr, momentum, first=1 - momentum, fresh=1 - momentum, **more)
#end
#if rule.adagrad rule.rms-prop rule.centred-rms-prop
    # Under the root, where Keras has it, the square of epsilon does what epsilon does beside the root.
    epsilon = s["epsilon"] ** 2
#end
#if rule.adagrad
    start = s["initial_accumulator"]
    optimizer = keras.optimizers.Adagrad(lr, initial_accumulator_value=start, epsilon=epsilon, **more)
#end
#if rule.rms-prop rule.centred-rms-prop
    centered = s["rule"] == "centred-rms-prop"
#if own.rms-prop
    optimizer = RMSprop(lr, s["beta2"], momentum, s["epsilon"], centered, **more)
#else
    optimizer = keras.optimizers.RMSprop(lr, s["beta2"], momentum, epsilon, centered, **more)
#end
#end
#if rule.adadelta
    optimizer = keras.optimizers.Adadelta(lr, rho=s["beta2"], epsilon=s["epsilon"], **more)
#end
#if rule.adam
    optimizer = keras.optimizers.Adam(lr, beta_1=momentum, beta_2=s["beta2"], epsilon=s["epsilon"], **more)
#end
#if rule.adamw
    optimizer = keras.optimizers.AdamW(lr, beta_1=momentum, beta_2=s["beta2"], epsilon=s["epsilon"], **more)
#end
#if rule.nadam
    optimizer = NAdam(lr, momentum, s["beta2"], s["epsilon"], s["momentum_decay"], **more)
#end
#if rule.lion
#if own.lion
    optimizer = Lion(lr, beta_1=momentum, beta_2=s["beta2"], **more)
#else
    optimizer = keras.optimizers.Lion(lr, beta_1=momentum, beta_2=s["beta2"], **more)
#end
#end
#if decay rule.adamw
    if not s["penalise_biases"]:
        optimizer.exclude_from_weight_decay(var_names=["bias"])
#end
    return optimizer


class Training:
    """A network on its way: one update at a time."""

    def __init__(self, s):
        keras.utils.set_random_seed(SEED % 2**32)
        self.net = network(s)
        self.net.compile(optimizer=optimizer_of(s), loss=loss_of(s["label_smoothing"]))

    def losses(self):
        """On the training and the validation set, without penalties."""
        return tuple(float(loss_of()(y, self.net(x))) for x, y in (TRAIN, VALID))

    def update(self, batch, number, rate):
        """Learns from the rows of a batch; updates are counted from 0."""
        self.net.optimizer.learning_rate = rate
        self.net.train_on_batch(TRAIN[0][batch], TRAIN[1][batch])

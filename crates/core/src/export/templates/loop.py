def rate_at(update, per_epoch, s):
    """The learning rate of an update, counted from 0."""
    lr = s["learning_rate"]
#if schedules
    steps = EPOCHS * per_epoch

    def fall(share):
        return (1 + math.cos(math.pi * share)) / 2

    if s["schedule"] == "inverse-time":
        return lr / (1 + s["rate_decay"] * update)
    if s["schedule"] == "step":
        return lr * s["gamma"] ** (update // max(s["every"] * per_epoch, 1))
    if s["schedule"] == "exponential":
        return lr * s["gamma"] ** (update / per_epoch)
    if s["schedule"] == "cosine":
        c = fall(min(update / max(steps, 1), 1))
        return lr * c + s["lowest"] * (1 - c)
    if s["schedule"] == "warmup-cosine":
        warmup = s["warmup"] * per_epoch
        if update < warmup:
            return lr * (update + 1) / warmup
        c = fall(min((update - warmup) / max(steps - warmup, 1), 1))
        return lr * c + s["lowest"] * (1 - c)
    if s["schedule"] == "one-cycle":
        end, top, at = steps - 1, s["rise"] * steps - 1, min(update, steps - 1)
        if at <= top:
            return lr * (1 + (1 / s["div"] - 1) * fall(at / top if top > 0 else 1))
        last = 1 / (s["div"] * s["final_div"])
        return lr * (last + (1 - last) * fall((at - top) / (end - top) if end > top else 1))
#end
    return lr


def train(s, report=None):
    """Losses on the training and the validation set after each epoch, the state before training
    first; shorter where training diverged or stopped early."""
    training = Training(s)
    history, update, factor = [training.losses()], 0, 1.0
    best, best_epoch, plateau, waited = math.inf, 0, math.inf, 0
    for epoch in range(EPOCHS):
        lists = batches(epoch, s["batch"])
        for batch in lists:
            rate = rate_at(update, len(lists), s)
            if factor < 1:
                rate = max(rate * factor, s["lowest"])
            training.update(batch, update, rate)
            update += 1
        history.append(training.losses())
        train_loss, valid_loss = history[-1]
        if not (train_loss <= {{bound}} and math.isfinite(valid_loss)):
            history.pop()
            return history, True
        if report:
            report(epoch + 1, valid_loss)
#if plateau
        if s["schedule"] == "plateau":
            if valid_loss < plateau * (1 - s["threshold"]):
                plateau, waited = valid_loss, 0
            else:
                waited += 1
            if waited > s["patience"]:
                factor, waited = factor * s["factor"], 0
#end
#if stops
        if valid_loss < best:
            best, best_epoch = valid_loss, epoch + 1
        elif epoch + 1 - best_epoch >= {{stop_after}}:
            break
#end
    return history, False

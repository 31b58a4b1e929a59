class ChaCha8:
    """ChaCha with 8 rounds, seeded by one number: the generator of the page."""

    def __init__(self, seed, stream=0):
        self.key, self.stream, self.block, self.words = [], stream, 0, []
        for _ in range(8):
            seed = (seed * 0x5851F42D4C957F2D + 0xA17654E46FBE17F3) & (2**64 - 1)
            x, turn = ((seed >> 18 ^ seed) >> 27) & 0xFFFFFFFF, seed >> 59
            self.key.append((x >> turn | x << (32 - turn)) & 0xFFFFFFFF)

    def next(self):
        """The next 32 bits."""
        if not self.words:
            constants = [0x61707865, 0x3320646E, 0x79622D32, 0x6B206574]
            place = [self.block & 0xFFFFFFFF, self.block >> 32, self.stream & 0xFFFFFFFF, self.stream >> 32]
            start = constants + self.key + place
            s = list(start)
            for _ in range(4):
                for a, b, c, d in [(0, 4, 8, 12), (1, 5, 9, 13), (2, 6, 10, 14), (3, 7, 11, 15),
                                   (0, 5, 10, 15), (1, 6, 11, 12), (2, 7, 8, 13), (3, 4, 9, 14)]:
                    for x, y, z, turn in [(a, b, d, 16), (c, d, b, 12), (a, b, d, 8), (c, d, b, 7)]:
                        s[x] = (s[x] + s[y]) & 0xFFFFFFFF
                        mixed = s[z] ^ s[x]
                        s[z] = (mixed << turn | mixed >> (32 - turn)) & 0xFFFFFFFF
            self.words = [(x + y) & 0xFFFFFFFF for x, y in zip(s, start)][::-1]
            self.block += 1
        return self.words.pop()

    def unit(self):
        """A number in [0, 1) with 24 bits."""
        return (self.next() >> 8) / 16777216

    def normal(self):
        radius = math.sqrt(-2.0 * math.log(1.0 - self.unit()))
        return radius * math.cos(2.0 * math.pi * self.unit())


def batches(epoch, size):
    """The rows of each batch of an epoch, counted from 0."""
    rng, order = ChaCha8(SEED, epoch), list(range(len(TRAIN[0])))
    for i in range(len(order) - 1, 0, -1):
        j = rng.next() * (i + 1) >> 32
        order[i], order[j] = order[j], order[i]
    return [order[at : at + size] for at in range(0, len(order), size)]


#if start
# Initial weights and biases, layer by layer, weights input by input.
START = {{start}}


def initial(sizes, settings):
    return START
#else
# The initialisation that suits an activation.
SUITS = {{suits}}


def initial(sizes, settings):
    """Initial weights and biases, layer by layer, weights input by input."""
    rng, values = ChaCha8(SEED), []
    activations = settings["activations"]
    for layer, (inputs, outputs) in enumerate(zip(sizes, sizes[1:])):
        name = settings["init"]
        if name == "auto":
            own = activations[min(layer, len(activations) - 1)] if activations else "linear"
            name = SUITS[own]
        both = inputs + outputs
        normal, size = {
            "xavier-uniform": (False, math.sqrt(6 / both)),
            "xavier-normal": (True, math.sqrt(2 / both)),
            "he-uniform": (False, math.sqrt(6 / inputs)),
            "he-normal": (True, math.sqrt(2 / inputs)),
            "lecun-uniform": (False, math.sqrt(3 / inputs)),
            "lecun-normal": (True, math.sqrt(1 / inputs)),
            "uniform": (False, 0.05),
            "normal": (True, 0.05),
            "zeros": (False, 0.0),
        }[name]
        for _ in range(inputs * outputs):
            values.append(size * (rng.normal() if normal else 2.0 * rng.unit() - 1.0))
        values += [0.0] * outputs
    return values
#end

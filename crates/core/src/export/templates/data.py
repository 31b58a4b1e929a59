#if file
# The data: raw, as in the file beside this script, standardised by the training set's means and
# deviations.
FILE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "tunescape-data.csv")
MEANS = np.array({{means}}, dtype=np.float64)
DEVIATIONS = np.array({{deviations}}, dtype=np.float64)
#if classes
CLASSES = {{classes}}
#end


def read(part):
    """Inputs and targets of one part of the file."""
    xs, ys = [], []
    with open(FILE, newline="", encoding="utf-8") as lines:
        for row in list(csv.reader(lines))[1:]:
            if row[0] == part:
                xs.append([float(field) if field else math.nan for field in row[1:-1]])
#if classes
                ys.append(float(CLASSES.index(row[-1])))
#else
                ys.append((np.float32(row[-1]).astype(np.float64) - {{target_mean}}) / {{target_deviation}})
#end
    x = (np.array(xs, dtype=np.float32).astype(np.float64) - MEANS) / DEVIATIONS
    return np.nan_to_num(x).astype(np.float32), np.array(ys, dtype=np.float32)


TRAIN, VALID = read("train"), read("valid")
#else
# The data, standardised by the training set's means and deviations: inputs and targets.


def rows(x, y):
    return np.array(x, dtype=np.float32).reshape(-1, INPUTS), np.array(y, dtype=np.float32)


TRAIN = rows(
    {{train_x}},
    {{train_y}},
)
VALID = rows(
    {{valid_x}},
    {{valid_y}},
)
#end

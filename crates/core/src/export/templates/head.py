#if file
import csv
#end
import math
#if file keras
import os
#end
import sys

#if keras
# Before Keras is imported. KERAS_BACKEND chooses another backend; this one was tested.
os.environ.setdefault("KERAS_BACKEND", "jax")

import keras
import numpy as np
from keras import ops
#else
import numpy as np
import torch
from torch import nn

torch.set_num_threads(1)
#end

# The network, and how it is trained.
SETTINGS = {{settings}}
SEED = {{seed}}  # of the initial weights, the batch order{{seed_more}}
INPUTS, OUTPUTS = {{inputs}}, {{outputs}}
EPOCHS = {{epochs}}

"""Makes lookalikes/control.db by hand with Python's own sqlite3, after what public repositories
of Optuna studies hold: a study of a reinforcement-learning agent, kept by Optuna 3 in a file that
several processes have written. Nothing is copied from any of them.

    python3 make_lookalikes.py
"""

import json
import os
import sqlite3

HERE = os.path.dirname(os.path.abspath(__file__))
PATH = os.path.join(HERE, "lookalikes", "control.db")

DDL = """
CREATE TABLE studies (study_id INTEGER NOT NULL, study_name VARCHAR(512) NOT NULL, PRIMARY KEY (study_id));
CREATE UNIQUE INDEX ix_studies_study_name ON studies (study_name);
CREATE TABLE version_info (version_info_id INTEGER NOT NULL, schema_version INTEGER, library_version VARCHAR(256),
  PRIMARY KEY (version_info_id), CHECK (version_info_id = 1));
CREATE TABLE study_directions (study_direction_id INTEGER NOT NULL, direction VARCHAR(8) NOT NULL, study_id INTEGER NOT NULL,
  objective INTEGER NOT NULL, PRIMARY KEY (study_direction_id), UNIQUE (study_id, objective));
CREATE TABLE study_user_attributes (study_user_attribute_id INTEGER NOT NULL, study_id INTEGER, key VARCHAR(512), value_json TEXT,
  PRIMARY KEY (study_user_attribute_id));
CREATE TABLE study_system_attributes (study_system_attribute_id INTEGER NOT NULL, study_id INTEGER, key VARCHAR(512), value_json TEXT,
  PRIMARY KEY (study_system_attribute_id));
CREATE TABLE trials (trial_id INTEGER NOT NULL, number INTEGER, study_id INTEGER, state VARCHAR(8) NOT NULL,
  datetime_start DATETIME, datetime_complete DATETIME, PRIMARY KEY (trial_id));
CREATE TABLE trial_user_attributes (trial_user_attribute_id INTEGER NOT NULL, trial_id INTEGER, key VARCHAR(512), value_json TEXT,
  PRIMARY KEY (trial_user_attribute_id));
CREATE TABLE trial_system_attributes (trial_system_attribute_id INTEGER NOT NULL, trial_id INTEGER, key VARCHAR(512), value_json TEXT,
  PRIMARY KEY (trial_system_attribute_id));
CREATE TABLE trial_params (param_id INTEGER NOT NULL, trial_id INTEGER, param_name VARCHAR(512), param_value FLOAT,
  distribution_json TEXT, PRIMARY KEY (param_id));
CREATE TABLE trial_values (trial_value_id INTEGER NOT NULL, trial_id INTEGER NOT NULL, objective INTEGER NOT NULL, value FLOAT,
  value_type VARCHAR(7) NOT NULL, PRIMARY KEY (trial_value_id));
CREATE TABLE trial_intermediate_values (trial_intermediate_value_id INTEGER NOT NULL, trial_id INTEGER NOT NULL, step INTEGER NOT NULL,
  intermediate_value FLOAT, intermediate_value_type VARCHAR(7) NOT NULL, PRIMARY KEY (trial_intermediate_value_id));
CREATE TABLE trial_heartbeats (trial_heartbeat_id INTEGER NOT NULL, trial_id INTEGER NOT NULL, heartbeat DATETIME NOT NULL,
  PRIMARY KEY (trial_heartbeat_id));
CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL, PRIMARY KEY (version_num));
"""


def distribution(name, **attributes):
    return json.dumps({"name": name, "attributes": attributes})


LR = distribution("FloatDistribution", step=None, low=1e-5, high=1.0, log=True)
GAMMA = distribution("CategoricalDistribution", choices=[0.9, 0.95, 0.98, 0.99, 0.995, 0.999, 0.9999])
STEPS = distribution("CategoricalDistribution", choices=[8, 16, 32, 64, 128, 256, 512, 1024, 2048])
# Before version 3 distributions had other names; a study that was upgraded still has them.
CLIP = distribution("UniformDistribution", low=0.1, high=0.4)
NET = distribution("CategoricalDistribution", choices=["small", "medium", None])


def main():
    if os.path.exists(PATH):
        os.remove(PATH)
    db = sqlite3.connect(PATH)
    db.execute("PRAGMA page_size = 1024")
    db.executescript(DDL)
    db.execute("INSERT INTO version_info VALUES (1, 12, '3.6.1')")
    db.execute("INSERT INTO alembic_version VALUES ('v3.2.0.a.')")
    db.execute("INSERT INTO studies VALUES (3, 'ppo_CartPole-v1')")
    db.execute("INSERT INTO studies VALUES (7, 'ppo_Pendulum-v1')")
    db.execute("INSERT INTO study_directions VALUES (1, 'MAXIMIZE', 3, 0)")
    db.execute("INSERT INTO study_directions VALUES (2, 'MAXIMIZE', 7, 0)")
    # One attribute is longer than a page: it lies on a chain of overflow pages.
    db.execute("INSERT INTO study_user_attributes VALUES (1, 3, 'commit', ?)", (json.dumps("f" * 5000),))
    param = value = intermediate = attribute = 0
    for number in range(60):
        trial = 100 + number
        state = ["COMPLETE", "PRUNED", "COMPLETE", "FAIL", "RUNNING"][number % 5]
        start = f"2024-05-06 08:{number:02d}:00.250000"
        end = None if state == "RUNNING" else f"2024-05-06 08:{number:02d}:59.000001"
        db.execute("INSERT INTO trials VALUES (?, ?, 3, ?, ?, ?)", (trial, number, state, start, end))
        for name, of, x in [
            ("gamma", GAMMA, float(number % 7)),
            ("lr", LR, 10.0 ** (-4.9 + 4.8 * (number * 7 % 60) / 60)),
            ("n_steps", STEPS, float(number * 5 % 9)),
            ("clip", CLIP, 0.1 + 0.3 * (number * 11 % 60) / 60),
            ("net", NET, float(number % 3)),
        ]:
            param += 1
            db.execute("INSERT INTO trial_params VALUES (?, ?, ?, ?, ?)", (param, trial, name, x, of))
        for step in range(1, 4 if state != "FAIL" else 1):
            intermediate += 1
            row = (intermediate, trial, step * 1000, None if number == 0 and step == 1 else 10.0 * step + number,
                   "NAN" if number == 0 and step == 1 else "FINITE")
            db.execute("INSERT INTO trial_intermediate_values VALUES (?, ?, ?, ?, ?)", row)
        if state == "COMPLETE":
            value += 1
            last = (None, "INF_NEG") if number == 2 else (30.0 + number, "FINITE")
            db.execute("INSERT INTO trial_values VALUES (?, ?, 0, ?, ?)", (value, trial, *last))
        attribute += 1
        db.execute("INSERT INTO trial_user_attributes VALUES (?, ?, 'seed', ?)", (attribute, trial, json.dumps(number * 3)))
    # The second study has one trial that waits with fixed parameters.
    db.execute("INSERT INTO trials VALUES (200, 0, 7, 'WAITING', NULL, NULL)")
    db.execute("INSERT INTO trial_system_attributes VALUES (1, 200, 'fixed_params', '{\"lr\": 0.01}')")
    db.commit()
    db.close()


main()

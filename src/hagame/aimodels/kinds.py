"""The background work of this room: facts of each kind."""

from hagame.core.tasks import Kind

TRAIN = Kind("ai-model.train", queue="training", time_limit_s=3600, at_once=4)
SUMMARISE = Kind("ai-model.summarise", queue="training", time_limit_s=1800)
EVALUATE = Kind("ai-model.evaluate", queue="training", time_limit_s=1800)
PREDICT_BATCH = Kind("ai-model.predict-batch", queue="training", time_limit_s=1800, at_once=4)
PREDICT_SHARD = Kind("ai-model.predict-shard", queue="training", time_limit_s=900)

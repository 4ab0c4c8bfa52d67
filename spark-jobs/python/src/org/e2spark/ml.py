# Made from the Params of the Java classes by org.e2spark.ml.PythonApiTest: change those, not this.
"""Estimators, models and transformers of e2spark, as PySpark has its own."""

from collections.abc import Sequence
from typing import Any, Optional

from pyspark.ml.param import Param, Params, TypeConverters
from pyspark.ml.util import JavaMLReadable, JavaMLWritable
from pyspark.ml.wrapper import JavaEstimator, JavaModel, JavaTransformer

from org.e2spark.fitted import FittedClassifier

__all__ = [
    "EquivariantClassifier",
    "EquivariantClassificationModel",
    "EquivariantFeatureExtractor",
    "ModelExporter",
]


class EquivariantClassifier(JavaEstimator["EquivariantClassificationModel"], JavaMLReadable["EquivariantClassifier"], JavaMLWritable):
    """Trains an equivariant network on a DataFrame's images, as Spark ML's other classifiers are
    trained.

    ``featuresCol`` holds the images: Spark's image structure (BGR), encoded bytes as of the
    ``binaryFile`` source, arrays or vectors of whole numbers from 0 to 255, (channels, height,
    width). ``labelCol`` holds whole numbers from 0; class names are taken from its metadata,
    which ``StringIndexer`` writes. ``weightCol`` holds how much each row counts in the loss,
    numbers from 0 in any unit; measurements on rows to validate on do not weigh.

    For the time of a training, images lie in ``store``, a folder that driver and executors
    all see; on a local master it may be left out. Fits that are made at once share the cluster's
    slots: those that find none free wait. Where the environment names a server of MLflow, each fit
    is a run there, with the model.
    """

    augmentation: "Param[str]" = Param(
        Params._dummy(),
        "augmentation",
        "what happens to each image in each epoch",
        TypeConverters.toString,
    )

    averageDecay: "Param[float]" = Param(
        Params._dummy(),
        "averageDecay",
        "of an exponential moving average of the weights, which becomes the model; 0 for none",
        TypeConverters.toFloat,
    )

    batchSize: "Param[int]" = Param(
        Params._dummy(),
        "batchSize",
        "images of a step, over all workers, at least 1",
        TypeConverters.toInt,
    )

    checkpointEvery: "Param[str]" = Param(
        Params._dummy(),
        "checkpointEvery",
        "what lies between checkpoints inside an epoch: 5000samples, 10min; 0 for none",
        TypeConverters.toString,
    )

    classWeights: "Param[str]" = Param(
        Params._dummy(),
        "classWeights",
        "how much each class counts, as JSON: {\"kind\": \"equal\"}, balanced or given",
        TypeConverters.toString,
    )

    clipNorm: "Param[float]" = Param(
        Params._dummy(),
        "clipNorm",
        "longest gradient; 0 for any length",
        TypeConverters.toFloat,
    )

    collectiveTimeout: "Param[int]" = Param(
        Params._dummy(),
        "collectiveTimeout",
        "without a byte from another worker after which it is given up, in seconds; it must cover the slowest step",
        TypeConverters.toInt,
    )

    evaluation: "Param[str]" = Param(
        Params._dummy(),
        "evaluation",
        "how convolutions are evaluated: dense, factorised or auto; as the network says if empty",
        TypeConverters.toString,
    )

    featuresCol: "Param[str]" = Param(
        Params._dummy(),
        "featuresCol",
        "features column name",
        TypeConverters.toString,
    )

    frozen: "Param[list[str]]" = Param(
        Params._dummy(),
        "frozen",
        "patterns of parameters that nothing changes",
        TypeConverters.toListString,
    )

    handleInvalid: "Param[str]" = Param(
        Params._dummy(),
        "handleInvalid",
        "what becomes of rows whose image cannot be read: error, skip, or keep (without results, and with the reason in invalidReasonCol; a training leaves them out)",
        TypeConverters.toString,
    )

    imageFormat: "Param[str]" = Param(
        Params._dummy(),
        "imageFormat",
        "what a binary column holds: encoded (PNG, JPEG, BMP, TIFF), chw or hwc (one byte a value)",
        TypeConverters.toString,
    )

    imageShape: "Param[list[int]]" = Param(
        Params._dummy(),
        "imageShape",
        "channels, height and width that the network takes; see imageSizes for images of others",
        TypeConverters.toListInt,
    )

    imageSizes: "Param[str]" = Param(
        Params._dummy(),
        "imageSizes",
        "what becomes of images of another height or width than the network's: refuse or resize (a triangle filter on each axis)",
        TypeConverters.toString,
    )

    inputScale: "Param[str]" = Param(
        Params._dummy(),
        "inputScale",
        "how pixels become numbers: unit or standard",
        TypeConverters.toString,
    )

    invalidReasonCol: "Param[str]" = Param(
        Params._dummy(),
        "invalidReasonCol",
        "column of reasons why images cannot be read, where handleInvalid is keep",
        TypeConverters.toString,
    )

    labelCol: "Param[str]" = Param(
        Params._dummy(),
        "labelCol",
        "label column name",
        TypeConverters.toString,
    )

    labelSmoothing: "Param[float]" = Param(
        Params._dummy(),
        "labelSmoothing",
        "share of a label that is spread, in [0, 1)",
        TypeConverters.toFloat,
    )

    learningRate: "Param[float]" = Param(
        Params._dummy(),
        "learningRate",
        "the highest learning rate, above 0",
        TypeConverters.toFloat,
    )

    localSteps: "Param[str]" = Param(
        Params._dummy(),
        "localSteps",
        "how many steps workers make alone, as JSON; none as given",
        TypeConverters.toString,
    )

    maxEpochs: "Param[int]" = Param(
        Params._dummy(),
        "maxEpochs",
        "times through the images, at least 1",
        TypeConverters.toInt,
    )

    maxRestarts: "Param[int]" = Param(
        Params._dummy(),
        "maxRestarts",
        "attempts after the first, where machines or networks failed",
        TypeConverters.toInt,
    )

    microBatchSize: "Param[int]" = Param(
        Params._dummy(),
        "microBatchSize",
        "images of each pass, at most batchSize; 0 for a worker's whole part of the batch",
        TypeConverters.toInt,
    )

    minDelta: "Param[float]" = Param(
        Params._dummy(),
        "minDelta",
        "by how much a new best must be better",
        TypeConverters.toFloat,
    )

    minWorkers: "Param[int]" = Param(
        Params._dummy(),
        "minWorkers",
        "fewest workers to go on with after a loss; 0 for as many as numWorkers",
        TypeConverters.toInt,
    )

    mode: "Param[str]" = Param(
        Params._dummy(),
        "mode",
        "who carries the state from worker to worker: all-reduce (workers in a barrier stage), averaging (rounds of ordinary jobs) or auto",
        TypeConverters.toString,
    )

    network: "Param[str]" = Param(
        Params._dummy(),
        "network",
        "a network of one's own instead of a preset, as JSON; e2spark presets --show NAME prints one to start from",
        TypeConverters.toString,
    )

    numWorkers: "Param[int]" = Param(
        Params._dummy(),
        "numWorkers",
        "workers; 0 for one an executor",
        TypeConverters.toInt,
    )

    optimizer: "Param[str]" = Param(
        Params._dummy(),
        "optimizer",
        "the rule, as JSON: {\"rule\": \"adam\", ...}, adamw or sgd",
        TypeConverters.toString,
    )

    patience: "Param[int]" = Param(
        Params._dummy(),
        "patience",
        "measurements without a new best after which training stops; 0 to go on",
        TypeConverters.toInt,
    )

    precision: "Param[str]" = Param(
        Params._dummy(),
        "precision",
        "of the passes: float32 or bf16",
        TypeConverters.toString,
    )

    predictionCol: "Param[str]" = Param(
        Params._dummy(),
        "predictionCol",
        "prediction column name",
        TypeConverters.toString,
    )

    preset: "Param[str]" = Param(
        Params._dummy(),
        "preset",
        "the network's name; e2spark presets lists all",
        TypeConverters.toString,
    )

    probabilityCol: "Param[str]" = Param(
        Params._dummy(),
        "probabilityCol",
        "column of probabilities; none if empty",
        TypeConverters.toString,
    )

    rawPredictionCol: "Param[str]" = Param(
        Params._dummy(),
        "rawPredictionCol",
        "raw prediction (a.k.a. confidence) column name",
        TypeConverters.toString,
    )

    reinitialize: "Param[list[str]]" = Param(
        Params._dummy(),
        "reinitialize",
        "patterns of parameters that do not take that model's values",
        TypeConverters.toListString,
    )

    restoreBest: "Param[bool]" = Param(
        Params._dummy(),
        "restoreBest",
        "whether the best weights become the model, and not the last ones",
        TypeConverters.toBoolean,
    )

    schedule: "Param[str]" = Param(
        Params._dummy(),
        "schedule",
        "how the learning rate changes, as JSON: {\"shape\": \"one-cycle\", ...}, constant, step, exponential or cosine",
        TypeConverters.toString,
    )

    seed: "Param[int]" = Param(
        Params._dummy(),
        "seed",
        "of first weights, order of images and augmentation",
        TypeConverters.toInt,
    )

    skipNonFinite: "Param[int]" = Param(
        Params._dummy(),
        "skipNonFinite",
        "steps that may be left out for an infinite gradient",
        TypeConverters.toInt,
    )

    startModel: "Param[str]" = Param(
        Params._dummy(),
        "startModel",
        "directory of a saved model, or of a run, to start from; none if empty",
        TypeConverters.toString,
    )

    store: "Param[str]" = Param(
        Params._dummy(),
        "store",
        "a folder that driver and executors all see, for images and checkpoints while it trains; on one machine Spark's own (spark.local.dir) if not set",
        TypeConverters.toString,
    )

    thresholds: "Param[list[float]]" = Param(
        Params._dummy(),
        "thresholds",
        "one a class, at least 0 and at most one of them 0: the class with the largest probability / threshold is predicted",
        TypeConverters.toListFloat,
    )

    validateEvery: "Param[str]" = Param(
        Params._dummy(),
        "validateEvery",
        "how long between measurements: 1epochs",
        TypeConverters.toString,
    )

    validationIndicatorCol: "Param[str]" = Param(
        Params._dummy(),
        "validationIndicatorCol",
        "column that is true for rows to validate on, and false for those to train on",
        TypeConverters.toString,
    )

    validationMetric: "Param[str]" = Param(
        Params._dummy(),
        "validationMetric",
        "what is watched: loss or accuracy",
        TypeConverters.toString,
    )

    waitForExecutors: "Param[int]" = Param(
        Params._dummy(),
        "waitForExecutors",
        "to wait for executors, in seconds",
        TypeConverters.toInt,
    )

    warmUp: "Param[str]" = Param(
        Params._dummy(),
        "warmUp",
        "how long the learning rate rises: 500samples, 2epochs",
        TypeConverters.toString,
    )

    weightCol: "Param[str]" = Param(
        Params._dummy(),
        "weightCol",
        "column of how much each row counts in the loss, from 0; all the same if not set or empty",
        TypeConverters.toString,
    )

    wireFormat: "Param[str]" = Param(
        Params._dummy(),
        "wireFormat",
        "how gradients travel: float32 or bfloat16",
        TypeConverters.toString,
    )

    def __init__(
        self,
        *,
        augmentation: Optional[str] = None,
        averageDecay: Optional[float] = None,
        batchSize: Optional[int] = None,
        checkpointEvery: Optional[str] = None,
        classWeights: Optional[str] = None,
        clipNorm: Optional[float] = None,
        collectiveTimeout: Optional[int] = None,
        evaluation: Optional[str] = None,
        featuresCol: Optional[str] = None,
        frozen: Optional[Sequence[str]] = None,
        handleInvalid: Optional[str] = None,
        imageFormat: Optional[str] = None,
        imageShape: Optional[Sequence[int]] = None,
        imageSizes: Optional[str] = None,
        inputScale: Optional[str] = None,
        invalidReasonCol: Optional[str] = None,
        labelCol: Optional[str] = None,
        labelSmoothing: Optional[float] = None,
        learningRate: Optional[float] = None,
        localSteps: Optional[str] = None,
        maxEpochs: Optional[int] = None,
        maxRestarts: Optional[int] = None,
        microBatchSize: Optional[int] = None,
        minDelta: Optional[float] = None,
        minWorkers: Optional[int] = None,
        mode: Optional[str] = None,
        network: Optional[str] = None,
        numWorkers: Optional[int] = None,
        optimizer: Optional[str] = None,
        patience: Optional[int] = None,
        precision: Optional[str] = None,
        predictionCol: Optional[str] = None,
        preset: Optional[str] = None,
        probabilityCol: Optional[str] = None,
        rawPredictionCol: Optional[str] = None,
        reinitialize: Optional[Sequence[str]] = None,
        restoreBest: Optional[bool] = None,
        schedule: Optional[str] = None,
        seed: Optional[int] = None,
        skipNonFinite: Optional[int] = None,
        startModel: Optional[str] = None,
        store: Optional[str] = None,
        thresholds: Optional[Sequence[float]] = None,
        validateEvery: Optional[str] = None,
        validationIndicatorCol: Optional[str] = None,
        validationMetric: Optional[str] = None,
        waitForExecutors: Optional[int] = None,
        warmUp: Optional[str] = None,
        weightCol: Optional[str] = None,
        wireFormat: Optional[str] = None,
    ) -> None:
        super().__init__()
        self._java_obj = self._new_java_obj(
            "org.e2spark.ml.EquivariantClassifier", self.uid
        )
        self._setDefault(
            augmentation="none",
            averageDecay=0.0,
            batchSize=64,
            checkpointEvery="0",
            classWeights="{\"kind\":\"equal\"}",
            clipNorm=0.0,
            collectiveTimeout=300,
            evaluation="",
            featuresCol="features",
            frozen=[],
            handleInvalid="error",
            imageFormat="encoded",
            imageSizes="refuse",
            inputScale="unit",
            invalidReasonCol="invalidReason",
            labelCol="label",
            labelSmoothing=0.0,
            learningRate=0.001,
            localSteps="{\"period\":\"0samples\",\"adaptation\":\"FIXED\",\"warmUp\":\"0samples\",\"outer\":{\"style\":\"HEAVY_BALL\",\"rate\":1.0,\"momentum\":0.0}}",
            maxEpochs=10,
            maxRestarts=3,
            microBatchSize=0,
            minDelta=0.0,
            minWorkers=0,
            mode="all-reduce",
            network="",
            numWorkers=0,
            optimizer="{\"rule\":\"adam\",\"beta1\":0.9,\"beta2\":0.999,\"epsilon\":1.0E-8,\"penalties\":{\"rules\":[]}}",
            patience=0,
            precision="float32",
            predictionCol="prediction",
            probabilityCol="probability",
            rawPredictionCol="rawPrediction",
            reinitialize=[],
            restoreBest=False,
            schedule="{\"shape\":\"one-cycle\",\"rise\":0.3,\"division\":25.0,\"finalDivision\":10000.0}",
            seed=1,
            skipNonFinite=0,
            startModel="",
            validateEvery="1epochs",
            validationMetric="loss",
            waitForExecutors=60,
            warmUp="0samples",
            wireFormat="float32",
        )
        given = {
            "augmentation": augmentation,
            "averageDecay": averageDecay,
            "batchSize": batchSize,
            "checkpointEvery": checkpointEvery,
            "classWeights": classWeights,
            "clipNorm": clipNorm,
            "collectiveTimeout": collectiveTimeout,
            "evaluation": evaluation,
            "featuresCol": featuresCol,
            "frozen": frozen,
            "handleInvalid": handleInvalid,
            "imageFormat": imageFormat,
            "imageShape": imageShape,
            "imageSizes": imageSizes,
            "inputScale": inputScale,
            "invalidReasonCol": invalidReasonCol,
            "labelCol": labelCol,
            "labelSmoothing": labelSmoothing,
            "learningRate": learningRate,
            "localSteps": localSteps,
            "maxEpochs": maxEpochs,
            "maxRestarts": maxRestarts,
            "microBatchSize": microBatchSize,
            "minDelta": minDelta,
            "minWorkers": minWorkers,
            "mode": mode,
            "network": network,
            "numWorkers": numWorkers,
            "optimizer": optimizer,
            "patience": patience,
            "precision": precision,
            "predictionCol": predictionCol,
            "preset": preset,
            "probabilityCol": probabilityCol,
            "rawPredictionCol": rawPredictionCol,
            "reinitialize": reinitialize,
            "restoreBest": restoreBest,
            "schedule": schedule,
            "seed": seed,
            "skipNonFinite": skipNonFinite,
            "startModel": startModel,
            "store": store,
            "thresholds": thresholds,
            "validateEvery": validateEvery,
            "validationIndicatorCol": validationIndicatorCol,
            "validationMetric": validationMetric,
            "waitForExecutors": waitForExecutors,
            "warmUp": warmUp,
            "weightCol": weightCol,
            "wireFormat": wireFormat,
        }
        self._set(**{name: value for name, value in given.items() if value is not None})

    def getAugmentation(self) -> str:
        """Value of :py:attr:`augmentation`, or its default."""
        return self.getOrDefault(self.augmentation)

    def setAugmentation(self, value: str) -> "EquivariantClassifier":
        """Sets :py:attr:`augmentation`: what happens to each image in each epoch."""
        self._set(augmentation=value)
        return self

    def getAverageDecay(self) -> float:
        """Value of :py:attr:`averageDecay`, or its default."""
        return self.getOrDefault(self.averageDecay)

    def setAverageDecay(self, value: float) -> "EquivariantClassifier":
        """Sets :py:attr:`averageDecay`: of an exponential moving average of the weights, which becomes the model; 0 for none."""
        self._set(averageDecay=value)
        return self

    def getBatchSize(self) -> int:
        """Value of :py:attr:`batchSize`, or its default."""
        return self.getOrDefault(self.batchSize)

    def setBatchSize(self, value: int) -> "EquivariantClassifier":
        """Sets :py:attr:`batchSize`: images of a step, over all workers, at least 1."""
        self._set(batchSize=value)
        return self

    def getCheckpointEvery(self) -> str:
        """Value of :py:attr:`checkpointEvery`, or its default."""
        return self.getOrDefault(self.checkpointEvery)

    def setCheckpointEvery(self, value: str) -> "EquivariantClassifier":
        """Sets :py:attr:`checkpointEvery`: what lies between checkpoints inside an epoch: 5000samples, 10min; 0 for none."""
        self._set(checkpointEvery=value)
        return self

    def getClassWeights(self) -> str:
        """Value of :py:attr:`classWeights`, or its default."""
        return self.getOrDefault(self.classWeights)

    def setClassWeights(self, value: str) -> "EquivariantClassifier":
        """Sets :py:attr:`classWeights`: how much each class counts, as JSON: {'kind': 'equal'}, balanced or given."""
        self._set(classWeights=value)
        return self

    def getClipNorm(self) -> float:
        """Value of :py:attr:`clipNorm`, or its default."""
        return self.getOrDefault(self.clipNorm)

    def setClipNorm(self, value: float) -> "EquivariantClassifier":
        """Sets :py:attr:`clipNorm`: longest gradient; 0 for any length."""
        self._set(clipNorm=value)
        return self

    def getCollectiveTimeout(self) -> int:
        """Value of :py:attr:`collectiveTimeout`, or its default."""
        return self.getOrDefault(self.collectiveTimeout)

    def setCollectiveTimeout(self, value: int) -> "EquivariantClassifier":
        """Sets :py:attr:`collectiveTimeout`: without a byte from another worker after which it is given up, in seconds; it must cover the slowest step."""
        self._set(collectiveTimeout=value)
        return self

    def getEvaluation(self) -> str:
        """Value of :py:attr:`evaluation`, or its default."""
        return self.getOrDefault(self.evaluation)

    def setEvaluation(self, value: str) -> "EquivariantClassifier":
        """Sets :py:attr:`evaluation`: how convolutions are evaluated: dense, factorised or auto; as the network says if empty."""
        self._set(evaluation=value)
        return self

    def getFeaturesCol(self) -> str:
        """Value of :py:attr:`featuresCol`, or its default."""
        return self.getOrDefault(self.featuresCol)

    def setFeaturesCol(self, value: str) -> "EquivariantClassifier":
        """Sets :py:attr:`featuresCol`: features column name."""
        self._set(featuresCol=value)
        return self

    def getFrozen(self) -> list[str]:
        """Value of :py:attr:`frozen`, or its default."""
        return self.getOrDefault(self.frozen)

    def setFrozen(self, value: Sequence[str]) -> "EquivariantClassifier":
        """Sets :py:attr:`frozen`: patterns of parameters that nothing changes."""
        self._set(frozen=value)
        return self

    def getHandleInvalid(self) -> str:
        """Value of :py:attr:`handleInvalid`, or its default."""
        return self.getOrDefault(self.handleInvalid)

    def setHandleInvalid(self, value: str) -> "EquivariantClassifier":
        """Sets :py:attr:`handleInvalid`: what becomes of rows whose image cannot be read: error, skip, or keep (without results, and with the reason in invalidReasonCol; a training leaves them out)."""
        self._set(handleInvalid=value)
        return self

    def getImageFormat(self) -> str:
        """Value of :py:attr:`imageFormat`, or its default."""
        return self.getOrDefault(self.imageFormat)

    def setImageFormat(self, value: str) -> "EquivariantClassifier":
        """Sets :py:attr:`imageFormat`: what a binary column holds: encoded (PNG, JPEG, BMP, TIFF), chw or hwc (one byte a value)."""
        self._set(imageFormat=value)
        return self

    def getImageShape(self) -> list[int]:
        """Value of :py:attr:`imageShape`, or its default."""
        return self.getOrDefault(self.imageShape)

    def setImageShape(self, value: Sequence[int]) -> "EquivariantClassifier":
        """Sets :py:attr:`imageShape`: channels, height and width that the network takes; see imageSizes for images of others."""
        self._set(imageShape=value)
        return self

    def getImageSizes(self) -> str:
        """Value of :py:attr:`imageSizes`, or its default."""
        return self.getOrDefault(self.imageSizes)

    def setImageSizes(self, value: str) -> "EquivariantClassifier":
        """Sets :py:attr:`imageSizes`: what becomes of images of another height or width than the network's: refuse or resize (a triangle filter on each axis)."""
        self._set(imageSizes=value)
        return self

    def getInputScale(self) -> str:
        """Value of :py:attr:`inputScale`, or its default."""
        return self.getOrDefault(self.inputScale)

    def setInputScale(self, value: str) -> "EquivariantClassifier":
        """Sets :py:attr:`inputScale`: how pixels become numbers: unit or standard."""
        self._set(inputScale=value)
        return self

    def getInvalidReasonCol(self) -> str:
        """Value of :py:attr:`invalidReasonCol`, or its default."""
        return self.getOrDefault(self.invalidReasonCol)

    def setInvalidReasonCol(self, value: str) -> "EquivariantClassifier":
        """Sets :py:attr:`invalidReasonCol`: column of reasons why images cannot be read, where handleInvalid is keep."""
        self._set(invalidReasonCol=value)
        return self

    def getLabelCol(self) -> str:
        """Value of :py:attr:`labelCol`, or its default."""
        return self.getOrDefault(self.labelCol)

    def setLabelCol(self, value: str) -> "EquivariantClassifier":
        """Sets :py:attr:`labelCol`: label column name."""
        self._set(labelCol=value)
        return self

    def getLabelSmoothing(self) -> float:
        """Value of :py:attr:`labelSmoothing`, or its default."""
        return self.getOrDefault(self.labelSmoothing)

    def setLabelSmoothing(self, value: float) -> "EquivariantClassifier":
        """Sets :py:attr:`labelSmoothing`: share of a label that is spread, in [0, 1)."""
        self._set(labelSmoothing=value)
        return self

    def getLearningRate(self) -> float:
        """Value of :py:attr:`learningRate`, or its default."""
        return self.getOrDefault(self.learningRate)

    def setLearningRate(self, value: float) -> "EquivariantClassifier":
        """Sets :py:attr:`learningRate`: the highest learning rate, above 0."""
        self._set(learningRate=value)
        return self

    def getLocalSteps(self) -> str:
        """Value of :py:attr:`localSteps`, or its default."""
        return self.getOrDefault(self.localSteps)

    def setLocalSteps(self, value: str) -> "EquivariantClassifier":
        """Sets :py:attr:`localSteps`: how many steps workers make alone, as JSON; none as given."""
        self._set(localSteps=value)
        return self

    def getMaxEpochs(self) -> int:
        """Value of :py:attr:`maxEpochs`, or its default."""
        return self.getOrDefault(self.maxEpochs)

    def setMaxEpochs(self, value: int) -> "EquivariantClassifier":
        """Sets :py:attr:`maxEpochs`: times through the images, at least 1."""
        self._set(maxEpochs=value)
        return self

    def getMaxRestarts(self) -> int:
        """Value of :py:attr:`maxRestarts`, or its default."""
        return self.getOrDefault(self.maxRestarts)

    def setMaxRestarts(self, value: int) -> "EquivariantClassifier":
        """Sets :py:attr:`maxRestarts`: attempts after the first, where machines or networks failed."""
        self._set(maxRestarts=value)
        return self

    def getMicroBatchSize(self) -> int:
        """Value of :py:attr:`microBatchSize`, or its default."""
        return self.getOrDefault(self.microBatchSize)

    def setMicroBatchSize(self, value: int) -> "EquivariantClassifier":
        """Sets :py:attr:`microBatchSize`: images of each pass, at most batchSize; 0 for a worker's whole part of the batch."""
        self._set(microBatchSize=value)
        return self

    def getMinDelta(self) -> float:
        """Value of :py:attr:`minDelta`, or its default."""
        return self.getOrDefault(self.minDelta)

    def setMinDelta(self, value: float) -> "EquivariantClassifier":
        """Sets :py:attr:`minDelta`: by how much a new best must be better."""
        self._set(minDelta=value)
        return self

    def getMinWorkers(self) -> int:
        """Value of :py:attr:`minWorkers`, or its default."""
        return self.getOrDefault(self.minWorkers)

    def setMinWorkers(self, value: int) -> "EquivariantClassifier":
        """Sets :py:attr:`minWorkers`: fewest workers to go on with after a loss; 0 for as many as numWorkers."""
        self._set(minWorkers=value)
        return self

    def getMode(self) -> str:
        """Value of :py:attr:`mode`, or its default."""
        return self.getOrDefault(self.mode)

    def setMode(self, value: str) -> "EquivariantClassifier":
        """Sets :py:attr:`mode`: who carries the state from worker to worker: all-reduce (workers in a barrier stage), averaging (rounds of ordinary jobs) or auto."""
        self._set(mode=value)
        return self

    def getNetwork(self) -> str:
        """Value of :py:attr:`network`, or its default."""
        return self.getOrDefault(self.network)

    def setNetwork(self, value: str) -> "EquivariantClassifier":
        """Sets :py:attr:`network`: a network of one's own instead of a preset, as JSON; e2spark presets --show NAME prints one to start from."""
        self._set(network=value)
        return self

    def getNumWorkers(self) -> int:
        """Value of :py:attr:`numWorkers`, or its default."""
        return self.getOrDefault(self.numWorkers)

    def setNumWorkers(self, value: int) -> "EquivariantClassifier":
        """Sets :py:attr:`numWorkers`: workers; 0 for one an executor."""
        self._set(numWorkers=value)
        return self

    def getOptimizer(self) -> str:
        """Value of :py:attr:`optimizer`, or its default."""
        return self.getOrDefault(self.optimizer)

    def setOptimizer(self, value: str) -> "EquivariantClassifier":
        """Sets :py:attr:`optimizer`: the rule, as JSON: {'rule': 'adam', ...}, adamw or sgd."""
        self._set(optimizer=value)
        return self

    def getPatience(self) -> int:
        """Value of :py:attr:`patience`, or its default."""
        return self.getOrDefault(self.patience)

    def setPatience(self, value: int) -> "EquivariantClassifier":
        """Sets :py:attr:`patience`: measurements without a new best after which training stops; 0 to go on."""
        self._set(patience=value)
        return self

    def getPrecision(self) -> str:
        """Value of :py:attr:`precision`, or its default."""
        return self.getOrDefault(self.precision)

    def setPrecision(self, value: str) -> "EquivariantClassifier":
        """Sets :py:attr:`precision`: of the passes: float32 or bf16."""
        self._set(precision=value)
        return self

    def getPredictionCol(self) -> str:
        """Value of :py:attr:`predictionCol`, or its default."""
        return self.getOrDefault(self.predictionCol)

    def setPredictionCol(self, value: str) -> "EquivariantClassifier":
        """Sets :py:attr:`predictionCol`: prediction column name."""
        self._set(predictionCol=value)
        return self

    def getPreset(self) -> str:
        """Value of :py:attr:`preset`, or its default."""
        return self.getOrDefault(self.preset)

    def setPreset(self, value: str) -> "EquivariantClassifier":
        """Sets :py:attr:`preset`: the network's name; e2spark presets lists all."""
        self._set(preset=value)
        return self

    def getProbabilityCol(self) -> str:
        """Value of :py:attr:`probabilityCol`, or its default."""
        return self.getOrDefault(self.probabilityCol)

    def setProbabilityCol(self, value: str) -> "EquivariantClassifier":
        """Sets :py:attr:`probabilityCol`: column of probabilities; none if empty."""
        self._set(probabilityCol=value)
        return self

    def getRawPredictionCol(self) -> str:
        """Value of :py:attr:`rawPredictionCol`, or its default."""
        return self.getOrDefault(self.rawPredictionCol)

    def setRawPredictionCol(self, value: str) -> "EquivariantClassifier":
        """Sets :py:attr:`rawPredictionCol`: raw prediction (a.k.a. confidence) column name."""
        self._set(rawPredictionCol=value)
        return self

    def getReinitialize(self) -> list[str]:
        """Value of :py:attr:`reinitialize`, or its default."""
        return self.getOrDefault(self.reinitialize)

    def setReinitialize(self, value: Sequence[str]) -> "EquivariantClassifier":
        """Sets :py:attr:`reinitialize`: patterns of parameters that do not take that model's values."""
        self._set(reinitialize=value)
        return self

    def getRestoreBest(self) -> bool:
        """Value of :py:attr:`restoreBest`, or its default."""
        return self.getOrDefault(self.restoreBest)

    def setRestoreBest(self, value: bool) -> "EquivariantClassifier":
        """Sets :py:attr:`restoreBest`: whether the best weights become the model, and not the last ones."""
        self._set(restoreBest=value)
        return self

    def getSchedule(self) -> str:
        """Value of :py:attr:`schedule`, or its default."""
        return self.getOrDefault(self.schedule)

    def setSchedule(self, value: str) -> "EquivariantClassifier":
        """Sets :py:attr:`schedule`: how the learning rate changes, as JSON: {'shape': 'one-cycle', ...}, constant, step, exponential or cosine."""
        self._set(schedule=value)
        return self

    def getSeed(self) -> int:
        """Value of :py:attr:`seed`, or its default."""
        return self.getOrDefault(self.seed)

    def setSeed(self, value: int) -> "EquivariantClassifier":
        """Sets :py:attr:`seed`: of first weights, order of images and augmentation."""
        self._set(seed=value)
        return self

    def getSkipNonFinite(self) -> int:
        """Value of :py:attr:`skipNonFinite`, or its default."""
        return self.getOrDefault(self.skipNonFinite)

    def setSkipNonFinite(self, value: int) -> "EquivariantClassifier":
        """Sets :py:attr:`skipNonFinite`: steps that may be left out for an infinite gradient."""
        self._set(skipNonFinite=value)
        return self

    def getStartModel(self) -> str:
        """Value of :py:attr:`startModel`, or its default."""
        return self.getOrDefault(self.startModel)

    def setStartModel(self, value: str) -> "EquivariantClassifier":
        """Sets :py:attr:`startModel`: directory of a saved model, or of a run, to start from; none if empty."""
        self._set(startModel=value)
        return self

    def getStore(self) -> str:
        """Value of :py:attr:`store`, or its default."""
        return self.getOrDefault(self.store)

    def setStore(self, value: str) -> "EquivariantClassifier":
        """Sets :py:attr:`store`: a folder that driver and executors all see, for images and checkpoints while it trains; on one machine Spark's own (spark.local.dir) if not set."""
        self._set(store=value)
        return self

    def getThresholds(self) -> list[float]:
        """Value of :py:attr:`thresholds`, or its default."""
        return self.getOrDefault(self.thresholds)

    def setThresholds(self, value: Sequence[float]) -> "EquivariantClassifier":
        """Sets :py:attr:`thresholds`: one a class, at least 0 and at most one of them 0: the class with the largest probability / threshold is predicted."""
        self._set(thresholds=value)
        return self

    def getValidateEvery(self) -> str:
        """Value of :py:attr:`validateEvery`, or its default."""
        return self.getOrDefault(self.validateEvery)

    def setValidateEvery(self, value: str) -> "EquivariantClassifier":
        """Sets :py:attr:`validateEvery`: how long between measurements: 1epochs."""
        self._set(validateEvery=value)
        return self

    def getValidationIndicatorCol(self) -> str:
        """Value of :py:attr:`validationIndicatorCol`, or its default."""
        return self.getOrDefault(self.validationIndicatorCol)

    def setValidationIndicatorCol(self, value: str) -> "EquivariantClassifier":
        """Sets :py:attr:`validationIndicatorCol`: column that is true for rows to validate on, and false for those to train on."""
        self._set(validationIndicatorCol=value)
        return self

    def getValidationMetric(self) -> str:
        """Value of :py:attr:`validationMetric`, or its default."""
        return self.getOrDefault(self.validationMetric)

    def setValidationMetric(self, value: str) -> "EquivariantClassifier":
        """Sets :py:attr:`validationMetric`: what is watched: loss or accuracy."""
        self._set(validationMetric=value)
        return self

    def getWaitForExecutors(self) -> int:
        """Value of :py:attr:`waitForExecutors`, or its default."""
        return self.getOrDefault(self.waitForExecutors)

    def setWaitForExecutors(self, value: int) -> "EquivariantClassifier":
        """Sets :py:attr:`waitForExecutors`: to wait for executors, in seconds."""
        self._set(waitForExecutors=value)
        return self

    def getWarmUp(self) -> str:
        """Value of :py:attr:`warmUp`, or its default."""
        return self.getOrDefault(self.warmUp)

    def setWarmUp(self, value: str) -> "EquivariantClassifier":
        """Sets :py:attr:`warmUp`: how long the learning rate rises: 500samples, 2epochs."""
        self._set(warmUp=value)
        return self

    def getWeightCol(self) -> str:
        """Value of :py:attr:`weightCol`, or its default."""
        return self.getOrDefault(self.weightCol)

    def setWeightCol(self, value: str) -> "EquivariantClassifier":
        """Sets :py:attr:`weightCol`: column of how much each row counts in the loss, from 0; all the same if not set or empty."""
        self._set(weightCol=value)
        return self

    def getWireFormat(self) -> str:
        """Value of :py:attr:`wireFormat`, or its default."""
        return self.getOrDefault(self.wireFormat)

    def setWireFormat(self, value: str) -> "EquivariantClassifier":
        """Sets :py:attr:`wireFormat`: how gradients travel: float32 or bfloat16."""
        self._set(wireFormat=value)
        return self

    def _create_model(self, java_model: Any) -> "EquivariantClassificationModel":
        return EquivariantClassificationModel(java_model)


class EquivariantClassificationModel(FittedClassifier, JavaModel, JavaMLReadable["EquivariantClassificationModel"], JavaMLWritable):
    """A network that ``EquivariantClassifier`` has trained; it adds logits, probabilities and the
    class to images.

    It is no ``ProbabilisticClassificationModel``, which Java cannot extend (a method is twice
    in it); its Params and columns are those of one. Saved, it is Spark ML's metadata and, in the
    folder ``network``, a ``SavedModel``.
    """

    featuresCol: "Param[str]" = Param(
        Params._dummy(),
        "featuresCol",
        "features column name",
        TypeConverters.toString,
    )

    handleInvalid: "Param[str]" = Param(
        Params._dummy(),
        "handleInvalid",
        "what becomes of rows whose image cannot be read: error, skip, or keep (without results, and with the reason in invalidReasonCol; a training leaves them out)",
        TypeConverters.toString,
    )

    imageFormat: "Param[str]" = Param(
        Params._dummy(),
        "imageFormat",
        "what a binary column holds: encoded (PNG, JPEG, BMP, TIFF), chw or hwc (one byte a value)",
        TypeConverters.toString,
    )

    imageSizes: "Param[str]" = Param(
        Params._dummy(),
        "imageSizes",
        "what becomes of images of another height or width than the network's: refuse or resize (a triangle filter on each axis)",
        TypeConverters.toString,
    )

    invalidReasonCol: "Param[str]" = Param(
        Params._dummy(),
        "invalidReasonCol",
        "column of reasons why images cannot be read, where handleInvalid is keep",
        TypeConverters.toString,
    )

    labelCol: "Param[str]" = Param(
        Params._dummy(),
        "labelCol",
        "label column name",
        TypeConverters.toString,
    )

    predictionCol: "Param[str]" = Param(
        Params._dummy(),
        "predictionCol",
        "prediction column name",
        TypeConverters.toString,
    )

    probabilityCol: "Param[str]" = Param(
        Params._dummy(),
        "probabilityCol",
        "column of probabilities; none if empty",
        TypeConverters.toString,
    )

    rawPredictionCol: "Param[str]" = Param(
        Params._dummy(),
        "rawPredictionCol",
        "raw prediction (a.k.a. confidence) column name",
        TypeConverters.toString,
    )

    thresholds: "Param[list[float]]" = Param(
        Params._dummy(),
        "thresholds",
        "one a class, at least 0 and at most one of them 0: the class with the largest probability / threshold is predicted",
        TypeConverters.toListFloat,
    )

    def __init__(self, java_model: Any = None) -> None:
        super().__init__(java_model)
        self._setDefault(
            featuresCol="features",
            handleInvalid="error",
            imageFormat="encoded",
            imageSizes="refuse",
            invalidReasonCol="invalidReason",
            labelCol="label",
            predictionCol="prediction",
            probabilityCol="probability",
            rawPredictionCol="rawPrediction",
        )

    def getFeaturesCol(self) -> str:
        """Value of :py:attr:`featuresCol`, or its default."""
        return self.getOrDefault(self.featuresCol)

    def setFeaturesCol(self, value: str) -> "EquivariantClassificationModel":
        """Sets :py:attr:`featuresCol`: features column name."""
        self._set(featuresCol=value)
        return self

    def getHandleInvalid(self) -> str:
        """Value of :py:attr:`handleInvalid`, or its default."""
        return self.getOrDefault(self.handleInvalid)

    def setHandleInvalid(self, value: str) -> "EquivariantClassificationModel":
        """Sets :py:attr:`handleInvalid`: what becomes of rows whose image cannot be read: error, skip, or keep (without results, and with the reason in invalidReasonCol; a training leaves them out)."""
        self._set(handleInvalid=value)
        return self

    def getImageFormat(self) -> str:
        """Value of :py:attr:`imageFormat`, or its default."""
        return self.getOrDefault(self.imageFormat)

    def setImageFormat(self, value: str) -> "EquivariantClassificationModel":
        """Sets :py:attr:`imageFormat`: what a binary column holds: encoded (PNG, JPEG, BMP, TIFF), chw or hwc (one byte a value)."""
        self._set(imageFormat=value)
        return self

    def getImageSizes(self) -> str:
        """Value of :py:attr:`imageSizes`, or its default."""
        return self.getOrDefault(self.imageSizes)

    def setImageSizes(self, value: str) -> "EquivariantClassificationModel":
        """Sets :py:attr:`imageSizes`: what becomes of images of another height or width than the network's: refuse or resize (a triangle filter on each axis)."""
        self._set(imageSizes=value)
        return self

    def getInvalidReasonCol(self) -> str:
        """Value of :py:attr:`invalidReasonCol`, or its default."""
        return self.getOrDefault(self.invalidReasonCol)

    def setInvalidReasonCol(self, value: str) -> "EquivariantClassificationModel":
        """Sets :py:attr:`invalidReasonCol`: column of reasons why images cannot be read, where handleInvalid is keep."""
        self._set(invalidReasonCol=value)
        return self

    def getLabelCol(self) -> str:
        """Value of :py:attr:`labelCol`, or its default."""
        return self.getOrDefault(self.labelCol)

    def setLabelCol(self, value: str) -> "EquivariantClassificationModel":
        """Sets :py:attr:`labelCol`: label column name."""
        self._set(labelCol=value)
        return self

    def getPredictionCol(self) -> str:
        """Value of :py:attr:`predictionCol`, or its default."""
        return self.getOrDefault(self.predictionCol)

    def setPredictionCol(self, value: str) -> "EquivariantClassificationModel":
        """Sets :py:attr:`predictionCol`: prediction column name."""
        self._set(predictionCol=value)
        return self

    def getProbabilityCol(self) -> str:
        """Value of :py:attr:`probabilityCol`, or its default."""
        return self.getOrDefault(self.probabilityCol)

    def setProbabilityCol(self, value: str) -> "EquivariantClassificationModel":
        """Sets :py:attr:`probabilityCol`: column of probabilities; none if empty."""
        self._set(probabilityCol=value)
        return self

    def getRawPredictionCol(self) -> str:
        """Value of :py:attr:`rawPredictionCol`, or its default."""
        return self.getOrDefault(self.rawPredictionCol)

    def setRawPredictionCol(self, value: str) -> "EquivariantClassificationModel":
        """Sets :py:attr:`rawPredictionCol`: raw prediction (a.k.a. confidence) column name."""
        self._set(rawPredictionCol=value)
        return self

    def getThresholds(self) -> list[float]:
        """Value of :py:attr:`thresholds`, or its default."""
        return self.getOrDefault(self.thresholds)

    def setThresholds(self, value: Sequence[float]) -> "EquivariantClassificationModel":
        """Sets :py:attr:`thresholds`: one a class, at least 0 and at most one of them 0: the class with the largest probability / threshold is predicted."""
        self._set(thresholds=value)
        return self


class EquivariantFeatureExtractor(JavaTransformer, JavaMLReadable["EquivariantFeatureExtractor"], JavaMLWritable):
    """Makes vectors of images, as a layer of a trained network sees them: for nearest neighbours,
    clustering, or a classifier of other classes.

    The network is that of ``EquivariantClassificationModel#featureExtractor``, or a saved one
    at ``modelPath``. Works on streams as on tables.
    """

    featureKind: "Param[str]" = Param(
        Params._dummy(),
        "featureKind",
        "what of the layer's output: invariant (one number a field, the same however the image is turned), channels (each averaged over positions), orientations (one number a symmetry) or map (all values)",
        TypeConverters.toString,
    )

    handleInvalid: "Param[str]" = Param(
        Params._dummy(),
        "handleInvalid",
        "what becomes of rows whose image cannot be read: error, skip, or keep (without results, and with the reason in invalidReasonCol; a training leaves them out)",
        TypeConverters.toString,
    )

    imageFormat: "Param[str]" = Param(
        Params._dummy(),
        "imageFormat",
        "what a binary column holds: encoded (PNG, JPEG, BMP, TIFF), chw or hwc (one byte a value)",
        TypeConverters.toString,
    )

    imageSizes: "Param[str]" = Param(
        Params._dummy(),
        "imageSizes",
        "what becomes of images of another height or width than the network's: refuse or resize (a triangle filter on each axis)",
        TypeConverters.toString,
    )

    inputCol: "Param[str]" = Param(
        Params._dummy(),
        "inputCol",
        "column of images",
        TypeConverters.toString,
    )

    invalidReasonCol: "Param[str]" = Param(
        Params._dummy(),
        "invalidReasonCol",
        "column of reasons why images cannot be read, where handleInvalid is keep",
        TypeConverters.toString,
    )

    layer: "Param[str]" = Param(
        Params._dummy(),
        "layer",
        "whose output the vectors are made of, such as features.7; empty for the vector that the network decides by",
        TypeConverters.toString,
    )

    modelPath: "Param[str]" = Param(
        Params._dummy(),
        "modelPath",
        "directory of a saved model or of a run, if no model is at hand",
        TypeConverters.toString,
    )

    outputCol: "Param[str]" = Param(
        Params._dummy(),
        "outputCol",
        "column of vectors",
        TypeConverters.toString,
    )

    predictionCol: "Param[str]" = Param(
        Params._dummy(),
        "predictionCol",
        "column of predicted labels; none if empty",
        TypeConverters.toString,
    )

    probabilityCol: "Param[str]" = Param(
        Params._dummy(),
        "probabilityCol",
        "column of probabilities; none if empty",
        TypeConverters.toString,
    )

    rawPredictionCol: "Param[str]" = Param(
        Params._dummy(),
        "rawPredictionCol",
        "column of logits; none if empty",
        TypeConverters.toString,
    )

    def __init__(
        self,
        *,
        featureKind: Optional[str] = None,
        handleInvalid: Optional[str] = None,
        imageFormat: Optional[str] = None,
        imageSizes: Optional[str] = None,
        inputCol: Optional[str] = None,
        invalidReasonCol: Optional[str] = None,
        layer: Optional[str] = None,
        modelPath: Optional[str] = None,
        outputCol: Optional[str] = None,
        predictionCol: Optional[str] = None,
        probabilityCol: Optional[str] = None,
        rawPredictionCol: Optional[str] = None,
    ) -> None:
        super().__init__()
        self._java_obj = self._new_java_obj(
            "org.e2spark.ml.EquivariantFeatureExtractor", self.uid
        )
        self._setDefault(
            featureKind="invariant",
            handleInvalid="error",
            imageFormat="encoded",
            imageSizes="refuse",
            inputCol="image",
            invalidReasonCol="invalidReason",
            layer="",
            modelPath="",
            outputCol="features",
            predictionCol="",
            probabilityCol="",
            rawPredictionCol="",
        )
        given = {
            "featureKind": featureKind,
            "handleInvalid": handleInvalid,
            "imageFormat": imageFormat,
            "imageSizes": imageSizes,
            "inputCol": inputCol,
            "invalidReasonCol": invalidReasonCol,
            "layer": layer,
            "modelPath": modelPath,
            "outputCol": outputCol,
            "predictionCol": predictionCol,
            "probabilityCol": probabilityCol,
            "rawPredictionCol": rawPredictionCol,
        }
        self._set(**{name: value for name, value in given.items() if value is not None})

    def getFeatureKind(self) -> str:
        """Value of :py:attr:`featureKind`, or its default."""
        return self.getOrDefault(self.featureKind)

    def setFeatureKind(self, value: str) -> "EquivariantFeatureExtractor":
        """Sets :py:attr:`featureKind`: what of the layer's output: invariant (one number a field, the same however the image is turned), channels (each averaged over positions), orientations (one number a symmetry) or map (all values)."""
        self._set(featureKind=value)
        return self

    def getHandleInvalid(self) -> str:
        """Value of :py:attr:`handleInvalid`, or its default."""
        return self.getOrDefault(self.handleInvalid)

    def setHandleInvalid(self, value: str) -> "EquivariantFeatureExtractor":
        """Sets :py:attr:`handleInvalid`: what becomes of rows whose image cannot be read: error, skip, or keep (without results, and with the reason in invalidReasonCol; a training leaves them out)."""
        self._set(handleInvalid=value)
        return self

    def getImageFormat(self) -> str:
        """Value of :py:attr:`imageFormat`, or its default."""
        return self.getOrDefault(self.imageFormat)

    def setImageFormat(self, value: str) -> "EquivariantFeatureExtractor":
        """Sets :py:attr:`imageFormat`: what a binary column holds: encoded (PNG, JPEG, BMP, TIFF), chw or hwc (one byte a value)."""
        self._set(imageFormat=value)
        return self

    def getImageSizes(self) -> str:
        """Value of :py:attr:`imageSizes`, or its default."""
        return self.getOrDefault(self.imageSizes)

    def setImageSizes(self, value: str) -> "EquivariantFeatureExtractor":
        """Sets :py:attr:`imageSizes`: what becomes of images of another height or width than the network's: refuse or resize (a triangle filter on each axis)."""
        self._set(imageSizes=value)
        return self

    def getInputCol(self) -> str:
        """Value of :py:attr:`inputCol`, or its default."""
        return self.getOrDefault(self.inputCol)

    def setInputCol(self, value: str) -> "EquivariantFeatureExtractor":
        """Sets :py:attr:`inputCol`: column of images."""
        self._set(inputCol=value)
        return self

    def getInvalidReasonCol(self) -> str:
        """Value of :py:attr:`invalidReasonCol`, or its default."""
        return self.getOrDefault(self.invalidReasonCol)

    def setInvalidReasonCol(self, value: str) -> "EquivariantFeatureExtractor":
        """Sets :py:attr:`invalidReasonCol`: column of reasons why images cannot be read, where handleInvalid is keep."""
        self._set(invalidReasonCol=value)
        return self

    def getLayer(self) -> str:
        """Value of :py:attr:`layer`, or its default."""
        return self.getOrDefault(self.layer)

    def setLayer(self, value: str) -> "EquivariantFeatureExtractor":
        """Sets :py:attr:`layer`: whose output the vectors are made of, such as features.7; empty for the vector that the network decides by."""
        self._set(layer=value)
        return self

    def getModelPath(self) -> str:
        """Value of :py:attr:`modelPath`, or its default."""
        return self.getOrDefault(self.modelPath)

    def setModelPath(self, value: str) -> "EquivariantFeatureExtractor":
        """Sets :py:attr:`modelPath`: directory of a saved model or of a run, if no model is at hand."""
        self._set(modelPath=value)
        return self

    def getOutputCol(self) -> str:
        """Value of :py:attr:`outputCol`, or its default."""
        return self.getOrDefault(self.outputCol)

    def setOutputCol(self, value: str) -> "EquivariantFeatureExtractor":
        """Sets :py:attr:`outputCol`: column of vectors."""
        self._set(outputCol=value)
        return self

    def getPredictionCol(self) -> str:
        """Value of :py:attr:`predictionCol`, or its default."""
        return self.getOrDefault(self.predictionCol)

    def setPredictionCol(self, value: str) -> "EquivariantFeatureExtractor":
        """Sets :py:attr:`predictionCol`: column of predicted labels; none if empty."""
        self._set(predictionCol=value)
        return self

    def getProbabilityCol(self) -> str:
        """Value of :py:attr:`probabilityCol`, or its default."""
        return self.getOrDefault(self.probabilityCol)

    def setProbabilityCol(self, value: str) -> "EquivariantFeatureExtractor":
        """Sets :py:attr:`probabilityCol`: column of probabilities; none if empty."""
        self._set(probabilityCol=value)
        return self

    def getRawPredictionCol(self) -> str:
        """Value of :py:attr:`rawPredictionCol`, or its default."""
        return self.getOrDefault(self.rawPredictionCol)

    def setRawPredictionCol(self, value: str) -> "EquivariantFeatureExtractor":
        """Sets :py:attr:`rawPredictionCol`: column of logits; none if empty."""
        self._set(rawPredictionCol=value)
        return self


class ModelExporter(JavaTransformer, JavaMLReadable["ModelExporter"], JavaMLWritable):
    """Adds a column that holds, in each row, a saved model as a file of another format: how a program
    that is far from the cluster, such as a client of Spark Connect, fetches a network.

    ``ModelExporter().setModelPath(path).transform(spark.range(1)).head()`` is a row with the
    file's bytes.
    """

    format: "Param[str]" = Param(
        Params._dummy(),
        "format",
        "of the file",
        TypeConverters.toString,
    )

    input: "Param[str]" = Param(
        Params._dummy(),
        "input",
        "what the network takes: raw_pixels (uint8 of 0 to 255) or normalized (float32)",
        TypeConverters.toString,
    )

    modelPath: "Param[str]" = Param(
        Params._dummy(),
        "modelPath",
        "directory of a saved model, or of a run",
        TypeConverters.toString,
    )

    outputCol: "Param[str]" = Param(
        Params._dummy(),
        "outputCol",
        "column of the file's bytes",
        TypeConverters.toString,
    )

    def __init__(
        self,
        *,
        format: Optional[str] = None,
        input: Optional[str] = None,
        modelPath: Optional[str] = None,
        outputCol: Optional[str] = None,
    ) -> None:
        super().__init__()
        self._java_obj = self._new_java_obj(
            "org.e2spark.ml.ModelExporter", self.uid
        )
        self._setDefault(
            format="torchscript",
            input="raw_pixels",
            outputCol="file",
        )
        given = {
            "format": format,
            "input": input,
            "modelPath": modelPath,
            "outputCol": outputCol,
        }
        self._set(**{name: value for name, value in given.items() if value is not None})

    def getFormat(self) -> str:
        """Value of :py:attr:`format`, or its default."""
        return self.getOrDefault(self.format)

    def setFormat(self, value: str) -> "ModelExporter":
        """Sets :py:attr:`format`: of the file."""
        self._set(format=value)
        return self

    def getInput(self) -> str:
        """Value of :py:attr:`input`, or its default."""
        return self.getOrDefault(self.input)

    def setInput(self, value: str) -> "ModelExporter":
        """Sets :py:attr:`input`: what the network takes: raw_pixels (uint8 of 0 to 255) or normalized (float32)."""
        self._set(input=value)
        return self

    def getModelPath(self) -> str:
        """Value of :py:attr:`modelPath`, or its default."""
        return self.getOrDefault(self.modelPath)

    def setModelPath(self, value: str) -> "ModelExporter":
        """Sets :py:attr:`modelPath`: directory of a saved model, or of a run."""
        self._set(modelPath=value)
        return self

    def getOutputCol(self) -> str:
        """Value of :py:attr:`outputCol`, or its default."""
        return self.getOrDefault(self.outputCol)

    def setOutputCol(self, value: str) -> "ModelExporter":
        """Sets :py:attr:`outputCol`: column of the file's bytes."""
        self._set(outputCol=value)
        return self

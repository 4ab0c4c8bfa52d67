"""What a trained classifier can do beside transforming."""

import shutil
import tempfile
from typing import TYPE_CHECKING, Optional, cast

from pyspark.ml.classification import _TrainingSummary
from pyspark.ml.linalg import DenseVector, Vector
from pyspark.ml.util import HasTrainingSummary
from pyspark.ml.wrapper import JavaModel
from pyspark.sql import SparkSession
from pyspark.sql.utils import is_remote

if TYPE_CHECKING:
    import torch

    from org.e2spark.ml import EquivariantClassificationModel


class EquivariantTrainingSummary(_TrainingSummary):
    """How a training went: ``objectiveHistory``, the mean loss of each epoch, and ``totalIterations``."""


class FittedClassifier(HasTrainingSummary[EquivariantTrainingSummary]):
    """To be mixed into the model that ``EquivariantClassifier`` fits."""

    @property
    def summary(self) -> EquivariantTrainingSummary:
        """How the training went; a model that was loaded has none, as ``hasSummary`` tells."""
        if not self.hasSummary:
            raise RuntimeError("No training summary: this model was loaded, or copied without one")
        found = super().summary
        # Up to Spark 4.0, what stands for the JVM's object.
        return found if isinstance(found, EquivariantTrainingSummary) else EquivariantTrainingSummary(found)

    @property
    def _summaryCls(self) -> type:
        return EquivariantTrainingSummary

    @property
    def numClasses(self) -> int:
        """How many classes there are."""
        return int(cast(JavaModel, self)._call_java("numClasses"))

    @property
    def numFeatures(self) -> int:
        """How many numbers an image has: channels times height times width."""
        return int(cast(JavaModel, self)._call_java("numFeatures"))

    def predict(self, value: Vector) -> float:
        """The label of one image: numbers from 0 to 255, (channels, height, width)."""
        return float(cast(JavaModel, self)._call_java("predict", value))

    def predictRaw(self, value: Vector) -> DenseVector:
        """The logits of one image: numbers from 0 to 255, (channels, height, width)."""
        return cast(DenseVector, cast(JavaModel, self)._call_java("predictRaw", value))

    def export(
        self, format: str = "torchscript", input: str = "raw_pixels", path: Optional[str] = None
    ) -> bytes:
        """The network, without its groups, as the bytes of a file.

        Parameters
        ----------
        format : str
            ``torchscript``, ``onnx`` or ``safetensors``.
        input : str
            What the network takes: ``raw_pixels`` (uint8 of 0 to 255, which it normalises itself)
            or ``normalized`` (float32).
        path : str, optional
            A folder, which is overwritten, that the cluster writes and the driver reads; the model
            stays saved there. Left out, it is a temporary one of this machine, which serves only
            where driver and executors are on it too.
        """
        from org.e2spark.ml import ModelExporter

        session = SparkSession.getActiveSession()
        if session is None:
            raise RuntimeError("No Spark session: a model is exported by the one that has it")
        master = session.conf.get("spark.master", "")
        if path is None and (is_remote() or not (master or "").startswith("local")):
            raise ValueError(
                "path is missing: executors and the driver are not known to share this machine's"
                " folders, so name one that they all see"
            )
        folder = tempfile.mkdtemp(prefix="e2spark-") if path is None else None
        try:
            saved = path or f"file://{folder}/model"
            cast("EquivariantClassificationModel", self).write().overwrite().save(saved)
            exporter = ModelExporter(modelPath=saved, format=format, input=input)
            row = exporter.transform(session.range(1)).head()
            assert row is not None
            return bytes(row["file"])
        finally:
            if folder is not None:
                shutil.rmtree(folder)

    def to_torch(self, input: str = "raw_pixels", path: Optional[str] = None) -> "torch.jit.ScriptModule":
        """The network as a module of PyTorch, which is imported only here.

        It takes images, (batch, channels, height, width), and gives logits, (batch, classes). The
        parameters are those of :py:meth:`export`.
        """
        from e2spark.torch import load

        return load(self.export("torchscript", input, path))

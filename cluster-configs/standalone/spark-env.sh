# On each machine that runs a Spark worker, in $SPARK_HOME/conf.
SPARK_WORKER_CORES=4
SPARK_WORKER_MEMORY=12g
# With GPUs: one line of JSON on standard output names those of the machine.
# SPARK_WORKER_OPTS="-Dspark.worker.resource.gpu.amount=1 -Dspark.worker.resource.gpu.discoveryScript=/opt/spark/examples/src/main/scripts/getGpusResources.sh"

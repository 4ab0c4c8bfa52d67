// A Spark application in Scala; sbt's ordinary dependencies, and where e2spark's artifacts are.
scalaVersion := "2.13.16"
resolvers += "e2spark" at sys.props("e2spark.repository")
libraryDependencies ++= Seq(
  "org.e2spark" % "e2spark-spark_2.13" % "0.1.0-SNAPSHOT",
  "org.apache.spark" %% "spark-mllib" % "4.0.1" % Provided
)

"""Lets Spark's own client of Kubernetes take the settings of cluster-configs, as far as it goes without a cluster: an API server of a
hundred lines keeps what it is sent, and the pods are compared with what the settings say.

    python .ci/kubernetes.py SPARK_HOME JAR SHARDS
"""

import json
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

spark_home, jar, shards = sys.argv[1:]
configuration = "cluster-configs/kubernetes/spark-defaults.conf"
image = "/opt/spark/work-dir/e2spark-assembly.jar"
created = []


class ApiServer(BaseHTTPRequestHandler):
    """Takes whatever is created, and has nothing to list."""

    protocol_version = "HTTP/1.1"

    def answer(self, code, body):
        content = json.dumps(body).encode()
        self.send_response(code)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def take(self):
        resource = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        resource["metadata"]["uid"] = f"uid-{len(created)}"
        resource["metadata"]["namespace"] = self.path.split("/namespaces/")[1].split("/")[0]
        created.append(resource)
        self.answer(201, resource)

    do_POST = do_PATCH = do_PUT = take

    def do_DELETE(self):
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.answer(200, {"kind": "Status", "apiVersion": "v1", "status": "Success"})

    def do_GET(self):
        if self.path.split("?")[0].rsplit("/", 1)[1] == "pods":
            self.answer(200, {"kind": "PodList", "apiVersion": "v1", "metadata": {"resourceVersion": "1"}, "items": []})
        else:
            self.answer(404, {"kind": "Status", "apiVersion": "v1", "status": "Failure", "code": 404, "reason": "NotFound"})

    def log_message(self, *ignored):
        pass


def settings():
    lines = (line.split(None, 1) for line in Path(configuration).read_text().splitlines() if line and not line.startswith("#"))
    return {key: value.strip() for key, value in lines}


def submit(*arguments):
    """Runs spark-submit with the settings against the server, and gives what it has created."""
    created.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), ApiServer)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    master = f"k8s://http://127.0.0.1:{server.server_port}"
    command = [f"{spark_home}/bin/spark-submit", "--properties-file", configuration, "--master", master, *arguments]
    run = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120)
    server.shutdown()
    return run, list(created)


def require(holds, what, *shown):
    if not holds:
        sys.exit(f".ci/kubernetes.py: {what}: {shown}")


def environment(container):
    return {entry["name"]: entry.get("value") for entry in container["env"]}


def check_container(container, said, who, memory):
    require(container["image"] == said["spark.kubernetes.container.image"], f"image of the {who}", container["image"])
    require(container["resources"]["limits"]["memory"] == memory, f"memory of the {who}", container["resources"])
    for name in ("OMP_WAIT_POLICY", "OPT_OUT_TRACKING"):
        expected = said[f"spark.kubernetes.driverEnv.{name}" if who == "driver" else f"spark.executorEnv.{name}"]
        require(environment(container).get(name) == expected, f"{name} of the {who}", environment(container))


said = settings()
job = ["train", "--preset", "quickstart/cnn", "--data", shards, "--out", "runs/never", "--workers", "4"]
main = ["--class", "org.e2spark.cli.Main"]

# In cluster mode the client makes the driver's pod.
run, made = submit("--conf", "spark.kubernetes.submission.waitAppCompletion=false", *main, f"local://{image}", *job)
require(run.returncode == 0, "spark-submit in cluster mode", run.stderr[-2000:])
pods = [resource for resource in made if resource["kind"] == "Pod"]
require(len(pods) == 1, "one pod is made", [resource["kind"] for resource in made])
driver = pods[0]["spec"]
require(pods[0]["metadata"]["namespace"] == said["spark.kubernetes.namespace"], "namespace", pods[0]["metadata"])
require(driver["serviceAccountName"] == said["spark.kubernetes.authenticate.driver.serviceAccountName"], "service account", driver)
check_container(driver["containers"][0], said, "driver", "3072Mi")
require(driver["containers"][0]["args"][-len(job) - 1 :] == [f"local://{image}", *job], "arguments", driver["containers"][0]["args"])
properties = "".join(text for resource in made if resource["kind"] == "ConfigMap" for text in resource["data"].values())
for key in ("spark.e2spark.ports", "spark.task.cpus", "spark.executor.defaultJavaOptions", "spark.decommission.enabled"):
    require(f"{key}=" in properties, "the driver's settings have", key)

# In client mode the driver is here, and asks for the executors' pods, which never come: the tool gives up as it should.
run, made = submit("--deploy-mode", "client", "--conf", "spark.driver.host=127.0.0.1", "--conf", "spark.kubernetes.executor.enableApiWatcher=false", *main, jar, *job, "--mode", "all-reduce", "--wait", "5")
executors = [r for r in made if r["kind"] == "Pod" and r["metadata"]["labels"].get("spark-role") == "executor"]
require(run.returncode == 2 and "4 workers need as many slots at once" in run.stderr, "the tool waits for executors", run.returncode, run.stderr[-2000:])
require(len(executors) == 4, "four executors are asked for", [r["metadata"]["name"] for r in made])
for executor in executors:
    container = executor["spec"]["containers"][0]
    check_container(container, said, "executor", "10240Mi")
    require(container["resources"]["requests"]["cpu"] == said["spark.executor.cores"], "cores", container["resources"])

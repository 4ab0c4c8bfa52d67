"""Lets the clouds' own command lines take the commands of cluster-configs, as far as they go without an account: a server of a hundred
lines keeps what it is sent, and that is compared with what the files say.

    python .ci/clouds.py emr|dataproc PROGRAM
"""

import json
import os
import re
import shlex
import subprocess
import sys
import tempfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

cloud, program = sys.argv[1:]
folder = Path("cluster-configs") / cloud
sent = []


class Service(BaseHTTPRequestHandler):
    """Takes whatever it is told, and knows one cluster, which runs."""

    protocol_version = "HTTP/1.1"

    def answer(self, body):
        content = json.dumps(body).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        sent.append(body)
        if cloud == "emr":
            self.answer({"JobFlowId": "j-1", "ClusterArn": "arn:aws:elasticmapreduce:::cluster/j-1"})
        elif ":submit" in self.path:
            self.answer({"reference": {"projectId": "p", "jobId": "1"}, "status": {"state": "PENDING"}, **body["job"]})
        else:
            self.answer({"name": "projects/p/regions/r/operations/1", "done": False})

    def do_GET(self):
        self.answer({"clusterName": "e2spark", "clusterUuid": "1", "status": {"state": "RUNNING"}, "config": {"configBucket": "b"}})

    def log_message(self, *ignored):
        pass


def require(holds, what, *shown):
    if not holds:
        sys.exit(f".ci/clouds.py: {cloud}: {what}: {shown}")


def run(command, environment, *more):
    """Runs a command of the README against the service, and gives what came."""
    sent.clear()
    words = shlex.split(command)
    before, dashes, after = words[1:], [], []
    if "--" in before:
        place = before.index("--")
        before, dashes, after = before[:place], ["--"], before[place + 1 :]
    with tempfile.TemporaryDirectory() as home:
        done = subprocess.run(
            [program, *before, *more, *dashes, *after],
            env={**os.environ, **environment, "HOME": home, "CLOUDSDK_CONFIG": home},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
        )
    require(done.returncode == 0, command, done.stderr[-3000:])
    require(len(sent) == 1, "one request", sent)
    return sent[0]


def emr(commands, url):
    said = json.loads((folder / "configurations.json").read_text())
    step = json.loads((folder / "steps.json").read_text())[0]
    (command,) = commands
    nobody = {"AWS_ACCESS_KEY_ID": "nobody", "AWS_SECRET_ACCESS_KEY": "nothing"}
    flow = run(command, nobody, "--endpoint-url", url, "--region", "eu-central-1")
    require(flow["Configurations"] == said, "configurations", flow["Configurations"])
    require(flow["Applications"] == [{"Name": "Spark"}] and flow["ReleaseLabel"].startswith("emr-spark-8."), "what runs", flow)
    require(flow["Instances"]["KeepJobFlowAliveWhenNoSteps"] is False, "it ends after its steps", flow["Instances"])
    (took,) = flow["Steps"]
    require(copied in step["Args"], "the jar is where the step looks for it", copied)
    require(took["HadoopJarStep"] == {"Jar": step["Jar"], "Args": step["Args"]}, "step", took)
    require(took["ActionOnFailure"] == step["ActionOnFailure"], "what follows a failure", took)


def dataproc(commands, url):
    environment = {
        "CLOUDSDK_API_ENDPOINT_OVERRIDES_DATAPROC": url + "/",
        "CLOUDSDK_AUTH_DISABLE_CREDENTIALS": "true",
        "CLOUDSDK_CORE_PROJECT": "p",
        "CLOUDSDK_CORE_DISABLE_PROMPTS": "true",
        "CLOUDSDK_CORE_DISABLE_USAGE_REPORTING": "true",
        "CLOUDSDK_COMPONENT_MANAGER_DISABLE_UPDATE_CHECK": "true",
    }
    said = dict(re.findall(r'^  (spark:[^:]+): "(.*)"$', (folder / "cluster.yaml").read_text(), re.MULTILINE))
    create, submit = commands
    software = run(create, environment, "--async")["config"]["softwareConfig"]
    require(len(said) > 10 and software["properties"].items() >= said.items(), "properties", software)
    require(software["imageVersion"].startswith("3."), "image", software)
    job = run(submit, environment, "--async")["job"]["sparkJob"]
    require(job["mainClass"] == "org.e2spark.cli.Main" and job["jarFileUris"] == [copied], "job", job)
    require(job["args"] == shlex.split(submit.split(" -- ", 1)[1]), "arguments", job)


server = ThreadingHTTPServer(("127.0.0.1", 0), Service)
server.daemon_threads = True
threading.Thread(target=server.serve_forever, daemon=True).start()
readme = (folder / "README.md").read_text()
(copied,) = re.findall(r"^    (?:aws s3|gcloud storage) cp spark-jobs/target/e2spark-assembly.jar (\S+)$", readme, re.MULTILINE)
found = re.findall(r"^    ((?:aws emr|gcloud dataproc) .*)$", readme, re.MULTILINE)
{"emr": emr, "dataproc": dataproc}[cloud](found, f"http://127.0.0.1:{server.server_port}")

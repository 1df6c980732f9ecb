"""What the faces that run in Python have in common: see src/process_face.rs."""

import json
import sys
import threading
import time


class Outputs:
    """All that came out, each text with its place."""

    def __init__(self):
        self.all = []

    def add(self, place, text):
        self.all.append((place, text))

    def write(self):
        everything, self.all = self.all, []
        for place, text in everything:
            data = str(text).encode("utf-8", "backslashreplace")
            sys.stdout.buffer.write(b"### " + place.encode() + b"\n" + data + b"\n")
        sys.stdout.buffer.write(b"### end\n")
        sys.stdout.buffer.flush()


def serve(face):
    """`face.client(config)` may give None, `face.verify(client, person)` one result."""
    last = (None, None)
    for line in sys.stdin.buffer:
        job = json.loads(line)
        if "plant" in job:
            face.plant(job["plant"])
        else:
            config = dict(job["config"])
            if not (job["reuse"] and last[0] == config):
                if last[1] is not None:
                    face.close(last[1])
                last = (config, face.client(config))
            if last[1] is not None:
                run(face, last[1], job)
        face.outputs.write()


def run(face, client, job):
    people = [dict(person) for person in job["people"]]
    if not job["at_once"]:
        for person in people:
            face.verify(client, person)
        return
    threads = [threading.Thread(target=face.verify, args=(client, person)) for person in people]
    for thread in threads:
        thread.start()
    if job["cancel_after"] is not None:
        time.sleep(job["cancel_after"])
        face.cancel(client)
    for thread in threads:
        thread.join()

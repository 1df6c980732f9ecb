"""Everything that a Python program can print of the installed wheel."""

import asyncio
import contextlib
import dataclasses
import inspect
import io
import json
import logging
import pickle
import sys
import traceback
from pathlib import Path

import bankmeta
from runner import Outputs, serve

PACKAGE = str(Path(bankmeta.__file__).parent)
OPTIONS = set(inspect.signature(bankmeta.Client).parameters)
KEYS = set(inspect.signature(bankmeta.Client.verify).parameters)


class Log(logging.Handler):
    """The records of every logger, as text and with all that they hold."""

    def __init__(self, outputs):
        super().__init__(0)
        self.outputs = outputs

    def emit(self, record):
        self.outputs.add("logging", f"{record.getMessage()} {vars(record)}")


class PythonFace:
    def __init__(self):
        self.outputs = Outputs()
        logging.getLogger().addHandler(Log(self.outputs))
        logging.getLogger().setLevel(0)
        for name in ("bankmeta", "asyncio"):
            logging.getLogger(name).setLevel(1)

    def forms(self, place, thing):
        for name, form in (("str", str), ("repr", repr), ("ascii", ascii), ("format", format)):
            self.outputs.add(f"{place}, {name}", form(thing))

    def show(self, place, thing):
        add = self.outputs.add
        self.forms(place, thing)
        if dataclasses.is_dataclass(thing):
            add(f"{place}, asdict", dataclasses.asdict(thing))
        if hasattr(thing, "__dict__"):
            add(f"{place}, vars", vars(thing))
        names = [name for name in dir(thing) if not name.startswith("_")]
        add(f"{place}, attributes", [(name, getattr(thing, name, None)) for name in names])
        with contextlib.suppress(TypeError, pickle.PicklingError):
            add(f"{place}, pickled", pickle.dumps(thing).decode("latin-1"))
            add(f"{place}, pickled as text", pickle.dumps(thing, 0).decode("latin-1"))
            add(f"{place}, unpickled", repr(pickle.loads(pickle.dumps(thing))))

    def error(self, place, error):
        self.show(place, error)
        seen = []
        while error is not None and error not in seen:
            seen.append(error)
            self.outputs.add(f"{place}, as raised", "".join(traceback.format_exception_only(type(error), error)))
            self.outputs.add(f"{place}, arguments", error.args)
            self.frames(place, error)
            error = error.__cause__ or error.__context__

    def frames(self, place, error):
        """With local variables: those of the package's own frames. The caller's hold the
        data by nature, and so do the standard library's that run the caller's coroutine."""
        captured = traceback.TracebackException.from_exception(error, capture_locals=True)
        for frame in captured.stack:
            if frame.filename.startswith(PACKAGE):
                self.outputs.add(f"{place}, local variables of the package", frame.locals)
        walked = error.__traceback__
        while walked is not None:
            if walked.tb_frame.f_code.co_filename.startswith(PACKAGE):
                self.outputs.add(f"{place}, frame of the package", repr(walked.tb_frame.f_locals))
            walked = walked.tb_next

    def client(self, config):
        if unknown := set(config) - OPTIONS:
            # Where a value stands for a keyword, Python itself says so: the call never reaches us.
            config = {key: value for key, value in config.items() if key not in unknown}
            config["no_such_option"] = next(iter(unknown))
        try:
            client = bankmeta.Client(**typed(config))
            asynchronous = getattr(bankmeta, "AsyncClient", None)
            other = asynchronous(**typed(config)) if asynchronous else None
            exchange = bankmeta.Exchange(**typed(config))
        except Exception as error:
            self.error("error of a client", error)
            return None
        self.show("client", client)
        if other is not None:
            self.show("asynchronous client", other)
        self.show("exchange", exchange)
        return client, other, exchange

    def close(self, clients):
        for client in filter(None, clients[:2]):
            if hasattr(client, "stats"):
                self.show("stats", client.stats())
            client.close()

    def cancel(self, clients):
        for client in filter(None, clients):
            if hasattr(client, "cancel"):
                client.cancel()

    def verify(self, clients, person):
        client, asynchronous, exchange = clients
        person = {key: {"true": True}.get(value, value) for key, value in person.items() if key in KEYS}
        if "unchecked" in person:
            person["unchecked"] = tuple(person["unchecked"].split(","))
        try:
            self.show("answer", client.verify(**person))
        except Exception as error:
            self.error("error", error)
        if asynchronous is not None and sum(map(ord, person["card_number"])) % 4 == 0:
            asyncio.run(self.verify_asynchronously(asynchronous, person))
        self.exchange(exchange, person)

    def exchange(self, exchange, person):
        """With a reply that repeats the request. Its own parts hold the data by nature."""
        try:
            request = exchange.sign(**person)
            self.forms("request", request)
            repeated = request.url + request.body.decode() + "".join(map(str, person.values()))
            reply = {"RequestId": repeated, "Code": person["name"], "Message": repeated}
            self.error("error of no reply", request.not_answered(person["name"]))
            request.decode(400, {"x-acs-request-id": person["card_number"]}, json.dumps(reply).encode())
        except Exception as error:
            self.error("error of an exchange", error)

    async def verify_asynchronously(self, client, person):
        try:
            self.show("answer of asyncio", await asyncio.wait_for(client.verify(**person), 1))
        except Exception as error:
            self.error("error of asyncio", error)

    def plant(self, text):
        logging.getLogger("bankmeta").debug("%s", text)
        logging.getLogger("bankmeta.other").log(1, "other", extra={"card": text})
        self.error("error", ValueError(text))
        # As if a frame of the package held it.
        frame = compile(f"def raising(held):\n    raise ValueError('nothing')\n", f"{PACKAGE}/planted.py", "exec")
        scope = {}
        exec(frame, scope)
        try:
            scope["raising"](text)
        except ValueError as error:
            self.frames("planted", error)
        shown = [entry for entry in self.outputs.all if not entry[0].endswith(("pickled", "vars"))]
        self.outputs.all = [entry for entry in shown if text in str(entry[1])] + [
            (place, value) for place, value in shown if place.startswith(("logging", "planted"))
        ]
        print(text, file=sys.stderr, flush=True)


def typed(config):
    """Python takes numbers where other faces take text; what does not convert stays."""
    out = dict(config)
    for key in ("timeout", "connect_timeout", "quota", "max_billable"):
        with contextlib.suppress(KeyError, ValueError):
            out[key] = int(out[key]) if key == "max_billable" else float(out[key])
    for key in ("resend_unknown", "breaker"):
        with contextlib.suppress(KeyError):
            out[key] = {"true": True, "false": False}[out[key]]
    return out


if __name__ == "__main__":
    serve(PythonFace())

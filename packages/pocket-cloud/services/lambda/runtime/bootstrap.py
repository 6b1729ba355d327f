"""Runs a function's Python code: one invocation for each line of standard input, answers as lines on file descriptor 3.

It has the errors and the log format of Lambda's own runtime. It needs nothing but Python's standard library.
"""

import datetime as datetimes
import importlib
import io
import json
import logging
import os
import sys
import time
import traceback

if sys.platform != "win32":
    import resource

CONFIG = json.loads(sys.argv[1])
ROOT = os.path.realpath(CONFIG["root"])
STATE = os.path.realpath(CONFIG["stateDir"])
ANSWERS = os.fdopen(3, "w", buffering=1, encoding="utf-8")
real_time = time.time


def guard(event, args):
    """Keeps the code from opening files of the cloud's state. It is no sandbox: another process is not guarded."""
    if event not in ("open", "os.listdir", "os.scandir", "os.link", "os.symlink", "os.rename", "shutil.copyfile"):
        return
    for path in args[:2]:
        if isinstance(path, bytes):
            path = os.fsdecode(path)
        if not isinstance(path, str):
            continue
        real = os.path.realpath(path)
        inside = real == STATE or real.startswith(STATE + os.sep)
        own = real == ROOT or real.startswith(ROOT + os.sep)
        if inside and not own:
            raise PermissionError(13, "Permission denied", path)


class Clock:
    """The cloud's time at the start of the invocation plus the real time since then."""

    epoch = CONFIG["now"] / 1000
    started = time.monotonic()

    @classmethod
    def set(cls, millis):
        cls.epoch, cls.started = millis / 1000, time.monotonic()

    @classmethod
    def now(cls):
        return cls.epoch + time.monotonic() - cls.started


class CloudDatetime(datetimes.datetime):
    @classmethod
    def now(cls, tz=None):
        return cls.fromtimestamp(Clock.now(), tz)

    @classmethod
    def utcnow(cls):
        return cls.fromtimestamp(Clock.now(), datetimes.timezone.utc).replace(tzinfo=None)

    @classmethod
    def today(cls):
        return cls.now()


time.time = Clock.now
time.time_ns = lambda: int(Clock.now() * 1e9)
datetimes.datetime = CloudDatetime


class LogHandler(logging.Handler):
    """The format of Lambda's log handler: level, time, request ID and message, separated by tabs."""

    request_id = ""

    def emit(self, record):
        at = datetimes.datetime.fromtimestamp(Clock.now(), datetimes.timezone.utc)
        stamp = at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"
        text = record.getMessage()
        if record.exc_info:
            text += "\n" + "".join(traceback.format_exception(*record.exc_info)).rstrip("\n")
        sys.stdout.write(f"[{record.levelname}]\t{stamp}\t{self.request_id}\t{text}\n")
        sys.stdout.flush()


log_handler = LogHandler()
logging.getLogger().addHandler(log_handler)


class Lines(io.TextIOBase):
    """Sends what the function writes as complete lines, in order with the answers."""

    def __init__(self):
        self.pending = ""

    def writable(self):
        return True

    def write(self, text):
        *lines, self.pending = (self.pending + text).split("\n")
        for line in lines:
            send({"type": "log", "at": int(Clock.now() * 1000), "message": line})
        return len(text)

    def flush_pending(self):
        if self.pending:
            send({"type": "log", "at": int(Clock.now() * 1000), "message": self.pending})
            self.pending = ""


def send(message):
    ANSWERS.write(json.dumps(message) + "\n")
    ANSWERS.flush()


class RuntimeFailure(Exception):
    def __init__(self, error_type, message):
        super().__init__(message)
        self.error_type = error_type


def load(handler):
    module_name, _, function_name = handler.rpartition(".")
    if not module_name:
        raise RuntimeFailure(
            "Runtime.MalformedHandlerName", f"Bad handler '{handler}': not enough values to unpack (expected 2, got 1)"
        )
    try:
        module = importlib.import_module(module_name.replace("/", "."))
    except SyntaxError as error:
        raise RuntimeFailure("Runtime.UserCodeSyntaxError", f"Syntax error in module '{module_name}': {error}") from error
    except ImportError as error:
        raise RuntimeFailure("Runtime.ImportModuleError", f"Unable to import module '{module_name}': {error}") from error
    if not hasattr(module, function_name):
        raise RuntimeFailure(
            "Runtime.HandlerNotFound", f"Handler '{function_name}' missing on module '{module_name}'"
        )
    return getattr(module, function_name)


class Context:
    def __init__(self, call):
        env = os.environ
        self.function_name = env["AWS_LAMBDA_FUNCTION_NAME"]
        self.function_version = env["AWS_LAMBDA_FUNCTION_VERSION"]
        self.memory_limit_in_mb = env["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"]
        self.log_group_name = env["AWS_LAMBDA_LOG_GROUP_NAME"]
        self.log_stream_name = env["AWS_LAMBDA_LOG_STREAM_NAME"]
        self.invoked_function_arn = call["functionArn"]
        self.aws_request_id = call["requestId"]
        self.client_context = call.get("clientContext")
        self.identity = None
        self._deadline = time.monotonic() + call["timeout"] / 1000

    def get_remaining_time_in_millis(self):
        return max(0, int((self._deadline - time.monotonic()) * 1000))


def used_bytes():
    if sys.platform == "win32":
        return 0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def failure(error):
    """The error as Lambda returns it, without the frames of this file."""
    if isinstance(error, RuntimeFailure):
        return {"errorType": error.error_type, "errorMessage": str(error), "stackTrace": []}
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename != __file__]
    return {
        "errorMessage": str(error),
        "errorType": type(error).__name__,
        "stackTrace": traceback.format_list(frames),
    }


def log_failure(fields):
    lines = [f"[ERROR] {fields['errorType']}: {fields['errorMessage']}"]
    if fields["stackTrace"]:
        lines.append("Traceback (most recent call last):")
        lines += [line.rstrip("\n") for line in fields["stackTrace"]]
    send({"type": "log", "at": int(Clock.now() * 1000), "message": "\n".join(lines)})


def limit_memory():
    """Python itself needs some memory; the limit is on what the function allocates beyond it."""
    if sys.platform == "linux":
        own = 64 * 1024 * 1024
        size = CONFIG["memoryMb"] * 1024 * 1024 + own
        resource.setrlimit(resource.RLIMIT_DATA, (size, size))


def invoke(handler, call):
    Clock.set(call["now"])
    log_handler.request_id = call["requestId"]
    if call.get("delay"):
        time.sleep(call["delay"] / 1000)
    try:
        result = handler(json.loads(call["payload"]), Context(call))
        try:
            payload = json.dumps(result, ensure_ascii=False)
        except (TypeError, ValueError) as error:
            raise RuntimeFailure("Runtime.MarshalError", f"Unable to marshal response: {error}") from error
    except MemoryError:
        send({"type": "memory"})
        os._exit(137)
    except Exception as error:
        lines.flush_pending()
        fields = failure(error)
        log_failure(fields)
        answer = {"type": "error", "error": {**fields, "requestId": call["requestId"]}}
    else:
        answer = {"type": "result", "payload": payload}
    lines.flush_pending()
    send({**answer, "requestId": call["requestId"], "heap": used_bytes()})


lines = Lines()
sys.stdout = sys.stderr = lines
sys.path.insert(0, ROOT)
os.chdir(ROOT)
sys.dont_write_bytecode = True
limit_memory()
sys.addaudithook(guard)
try:
    loaded = load(CONFIG["handler"])
except BaseException as error:  # SystemExit of the module, too
    lines.flush_pending()
    fields = failure(error)
    log_failure(fields)
    send({"type": "broken", "error": fields})
    sys.exit(1)
send({"type": "ready"})
for text in sys.stdin:
    invoke(loaded, json.loads(text))

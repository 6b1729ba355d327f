"""A pytest plugin that lets moto's tests, in server mode, reset the cloud that they test."""

import os
import urllib.request

from moto.core.models import ServerModeMockAWS


def pytest_configure():
    def reset(self):
        urllib.request.urlopen(os.environ["PEER_RESET_URL"], data=b"").close()

    ServerModeMockAWS.reset = reset

"""A pytest plugin that lets s3-tests clean up.

Its clean-up asks to bypass Object Lock in every bucket, and AWS refuses that in buckets without Object Lock (recorded by
LocalStack's test_delete_object_with_no_locking).
"""

from botocore.client import BaseClient

call = BaseClient._make_api_call


def without_bypass(self, operation, parameters):
    if operation == "DeleteObjects":
        parameters.pop("BypassGovernanceRetention", None)
    return call(self, operation, parameters)


BaseClient._make_api_call = without_bypass

"""The vendor's SDKs behind one small face: a call gives BizCode and SubCode, or
raises `Refused` with the service's code.
"""

import asyncio
import json
from unittest import mock

from alibabacloud_cloudauth_intl20220809.client import Client
from alibabacloud_cloudauth_intl20220809.models import BankMetaVerifyIntlRequest
from alibabacloud_tea_openapi.models import Config
from alibabacloud_tea_openapi.utils import Utils
from aliyunsdkcore.acs_exception.exceptions import ServerException
from aliyunsdkcore.auth.composer import rpc_signature_composer
from aliyunsdkcore.auth.credentials import AccessKeyCredential, StsTokenCredential
from aliyunsdkcore.client import AcsClient
from aliyunsdkcore.request import CommonRequest, RpcRequest
from darabonba.exceptions import DaraException

PERSON = {
    "bank_card": "6222021234567890128",
    "user_name": "张三",
    "identify_num": "11010519491231002X",
    "mobile": "13800138000",
}
FIXED = {
    "product_code": "BANK_CARD_N_META",
    "product_type": "BANK_CARD_4_META",
    "param_type": "normal",
    "verify_mode": "VERIFY_BANK_CARD",
}


class Refused(Exception):
    """What the service answered instead of a verdict."""

    def __init__(self, code, status, message):
        super().__init__(code)
        self.code, self.status, self.message = code, status, message


class SdkCaller:
    """`alibabacloud-cloudauth-intl20220809`; its "v2" is the signature V1, HMAC-SHA1."""

    def __init__(self, sandbox, signature=None, asynchronous=False):
        self.sandbox, self.signature, self.asynchronous = sandbox, signature, asynchronous

    def verify(self, key=("testid", "testsecret", None), nonce=None, **fields):
        identifier, secret, token = key
        client = Client(Config(
            access_key_id=identifier,
            access_key_secret=secret,
            security_token=token,
            endpoint=self.sandbox.host,
            ca=self.sandbox.ca_file,
            signature_algorithm=self.signature,
        ))
        request = BankMetaVerifyIntlRequest(**{**FIXED, **PERSON, **fields})
        with fixed(Utils, "get_nonce", nonce):
            try:
                body = self.call(client, request).body.to_map()
            except DaraException as error:
                raise Refused(error.code, error.data["statusCode"], error.message) from None
        return verdict_of(body)

    def call(self, client, request):
        if self.asynchronous:
            return asyncio.run(client.bank_meta_verify_intl_async(request))
        return client.bank_meta_verify_intl(request)


class CommonRequestCaller:
    """`aliyun-python-sdk-core`, the older one, with V1: `CommonRequest`, or the
    `RpcRequest` from which its products' own requests are derived.
    """

    def __init__(self, sandbox, in_body=False, rpc_request=False):
        self.sandbox, self.in_body, self.rpc_request = sandbox, in_body, rpc_request

    def verify(self, key=("testid", "testsecret", None), nonce=None, **fields):
        client, request = self.client(*key), self.request()
        add = request.add_body_params if self.in_body else request.add_query_param
        for name, value in {**FIXED, **PERSON, **fields}.items():
            if value is not None:
                add("".join(word.capitalize() for word in name.split("_")), value)
        with fixed(rpc_signature_composer.helper, "get_uuid", nonce):
            try:
                body = json.loads(client.do_action_with_exception(request))
            except ServerException as error:
                raise Refused(error.get_error_code(), error.get_http_status(), error.get_error_msg()) from None
        return verdict_of(body)

    def client(self, identifier, secret, token):
        return AcsClient(
            region_id="cn-hongkong",
            credential=StsTokenCredential(identifier, secret, token) if token
            else AccessKeyCredential(identifier, secret),
            port=int(self.sandbox.host.split(":")[1]),
            verify=self.sandbox.ca_file,
            auto_retry=False,
        )

    def request(self):
        host = self.sandbox.host.split(":")[0]
        if self.rpc_request:
            request = RpcRequest("Cloudauth-intl", "2022-08-09", "BankMetaVerifyIntl")
            request.set_endpoint(host)
        else:
            request = CommonRequest(domain=host, version="2022-08-09", action_name="BankMetaVerifyIntl")
        request.set_protocol_type("https")
        request.set_method("POST")
        return request


def fixed(owner, name, value):
    """A function that gives one value, or stays as it is."""
    return mock.patch.object(owner, name, getattr(owner, name) if value is None else lambda: value)


def verdict_of(body):
    """The SDKs take a failing `Code` under HTTP 200 for a normal answer."""
    if body["Code"] != "200":
        raise Refused(body["Code"], 200, body["Message"])
    return body["ResultObject"]["BizCode"], body["ResultObject"]["SubCode"]

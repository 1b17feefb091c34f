"""An SMTP server for the tests: aiosmtpd, with a handler that keeps what it gets and refuses what it is told to refuse.

One argument, a JSON object: tls (none | starttls | tls), cert, key, user, password. Writes a JSON object a line: first its port, then each
mail. Reads a line at a time from its input: how to treat mail from then on (accept | busy | refuse | refuse_data | greet_busy | drop).
"""

import asyncio
import base64
import json
import ssl
import sys

from aiosmtpd.handlers import Sink
from aiosmtpd.smtp import SMTP, AuthResult

options = json.loads(sys.argv[1])
mode = "accept"


def say(value):
    print(json.dumps(value), flush=True)


class Keeper(Sink):
    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):
        if mode == "refuse":
            return "550 5.1.1 No such user here"
        if mode == "busy":
            return "451 4.3.0 Come back later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if mode == "refuse_data":
            return "554 5.7.1 Looks like spam\twith \x1b[31mcolour"
        if mode == "drop":
            server.transport.abort()
            return "250 never said"
        say({
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "data": base64.b64encode(envelope.original_content or envelope.content).decode(),
            "tls": session.ssl is not None,
            "user": session.auth_data.decode() if session.auth_data else None,
        })
        return "250 OK"


class Server(SMTP):
    async def _handle_client(self):
        if mode == "greet_busy":
            await self.push("421 4.3.2 Too many connections")
            self.transport.close()
            return
        await super()._handle_client()


def sign_in(server, session, envelope, mechanism, data):
    login, password = (part.decode() for part in (data.login, data.password))
    good = login == options["user"] and password == options["password"]
    return AuthResult(success=good, auth_data=data.login if good else None, handled=False)


def context():
    made = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    made.load_cert_chain(options["cert"], options["key"])
    return made


async def main():
    global mode
    loop = asyncio.get_running_loop()
    tls = options.get("tls", "none")
    arguments = {"hostname": "smtp.test", "ident": "test"}
    if tls == "starttls":
        arguments["tls_context"] = context()
    if options.get("user"):
        arguments.update(authenticator=sign_in, auth_required=True, auth_require_tls=False)
    server = await loop.create_server(
        lambda: Server(Keeper(), loop=loop, **arguments), "127.0.0.1", 0, ssl=context() if tls == "tls" else None)
    say({"port": server.sockets[0].getsockname()[1]})
    reader = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        mode = line.decode().strip()
        say({"mode": mode})


asyncio.run(main())

package io.pgproxy.protocol.message;

import static io.pgproxy.protocol.Octets.octets;

import io.pgproxy.protocol.Bytes;
import io.pgproxy.protocol.Format;
import io.pgproxy.protocol.Octets;
import io.pgproxy.protocol.message.frontend.AuthenticationResponse;
import io.pgproxy.protocol.message.frontend.AuthenticationResponse.Kind;
import io.pgproxy.protocol.message.frontend.Bind;
import io.pgproxy.protocol.message.frontend.Close;
import io.pgproxy.protocol.message.frontend.CopyData;
import io.pgproxy.protocol.message.frontend.CopyDone;
import io.pgproxy.protocol.message.frontend.CopyFail;
import io.pgproxy.protocol.message.frontend.Describe;
import io.pgproxy.protocol.message.frontend.Execute;
import io.pgproxy.protocol.message.frontend.Flush;
import io.pgproxy.protocol.message.frontend.FrontendMessage;
import io.pgproxy.protocol.message.frontend.FunctionCall;
import io.pgproxy.protocol.message.frontend.GSSResponse;
import io.pgproxy.protocol.message.frontend.Parse;
import io.pgproxy.protocol.message.frontend.PasswordMessage;
import io.pgproxy.protocol.message.frontend.Query;
import io.pgproxy.protocol.message.frontend.SASLInitialResponse;
import io.pgproxy.protocol.message.frontend.SASLResponse;
import io.pgproxy.protocol.message.frontend.Sync;
import io.pgproxy.protocol.message.frontend.Terminate;
import java.util.Arrays;
import java.util.List;

/** Every message of a client. */
final class FrontendCases {
    private FrontendCases() {}

    static List<MessageCase> all() {
        return List.of(
                plain(new Query("select 'ä'"), octets().text("select 'ä'"), 'Q'),
                plain(new Query(""), octets().int8(0), 'Q'),
                plain(
                        new Parse("s1", "select $1, $2", List.of(23, 0)),
                        octets().text("s1")
                                .text("select $1, $2")
                                .int16(2)
                                .int32(23)
                                .int32(0),
                        'P'),
                plain(new Parse("", "", List.of()), octets().int8(0).int8(0).int16(0), 'P'),
                plain(
                        new Bind(
                                "p1",
                                "s1",
                                List.of(Format.TEXT, Format.BINARY, Format.TEXT),
                                Arrays.asList(Bytes.of("abc"), null, Bytes.EMPTY),
                                List.of(Format.BINARY)),
                        octets().text("p1")
                                .text("s1")
                                .int16(3)
                                .int16(0)
                                .int16(1)
                                .int16(0)
                                .int16(3)
                                .int32(3)
                                .raw("abc")
                                .int32(-1)
                                .int32(0)
                                .int16(1)
                                .int16(1),
                        'B'),
                plain(
                        new Bind("", "", List.of(), List.of(), List.of()),
                        octets().int8(0).int8(0).int16(0).int16(0).int16(0),
                        'B'),
                plain(Describe.statement("s1"), octets().int8('S').text("s1"), 'D'),
                plain(Describe.portal(""), octets().int8('P').text(""), 'D'),
                plain(new Execute("p1", 100), octets().text("p1").int32(100), 'E'),
                plain(new Execute("", -1), octets().text("").int32(-1), 'E'),
                plain(Close.statement("s1"), octets().int8('S').text("s1"), 'C'),
                plain(Close.portal("p1"), octets().int8('P').text("p1"), 'C'),
                plain(Flush.INSTANCE, octets(), 'H'),
                plain(Sync.INSTANCE, octets(), 'S'),
                plain(
                        new FunctionCall(
                                1400, List.of(Format.BINARY), Arrays.asList(Bytes.of("a"), null), Format.BINARY),
                        octets().int32(1400)
                                .int16(1)
                                .int16(1)
                                .int16(2)
                                .int32(1)
                                .raw("a")
                                .int32(-1)
                                .int16(1),
                        'F'),
                open(new CopyData(Bytes.of("1\tone\n")), octets().raw("1\tone\n"), 'd'),
                plain(CopyDone.INSTANCE, octets(), 'c'),
                plain(new CopyFail("enough"), octets().text("enough"), 'f'),
                plain(Terminate.INSTANCE, octets(), 'X'),
                answer(new PasswordMessage(Bytes.of("sesame")), octets().text("sesame"), Kind.PASSWORD, false),
                answer(
                        new SASLInitialResponse("SCRAM-SHA-256", Bytes.of("n,,n=,r=abc")),
                        octets().text("SCRAM-SHA-256").int32(11).raw("n,,n=,r=abc"),
                        Kind.SASL_INITIAL,
                        false),
                answer(
                        new SASLInitialResponse("SCRAM-SHA-256", null),
                        octets().text("SCRAM-SHA-256").int32(-1),
                        Kind.SASL_INITIAL,
                        false),
                answer(new SASLResponse(Bytes.of("c=biws")), octets().raw("c=biws"), Kind.SASL, true),
                answer(new GSSResponse(Bytes.of("token")), octets().raw("token"), Kind.GSS, true));
    }

    private static MessageCase plain(FrontendMessage message, Octets body, char tag) {
        return new MessageCase(
                message,
                Bytes.copyOf(body.message(tag)),
                in -> FrontendMessage.read(message.tag(), in),
                message::write,
                false);
    }

    private static MessageCase open(FrontendMessage message, Octets body, char tag) {
        return new MessageCase(
                message,
                Bytes.copyOf(body.message(tag)),
                in -> FrontendMessage.read(message.tag(), in),
                message::write,
                true);
    }

    private static MessageCase answer(AuthenticationResponse message, Octets body, Kind kind, boolean openEnded) {
        return new MessageCase(
                message,
                Bytes.copyOf(body.message('p')),
                in -> AuthenticationResponse.read(kind, in),
                message::write,
                openEnded);
    }
}

package io.pgproxy.protocol.message;

import static io.pgproxy.protocol.Octets.octets;

import io.pgproxy.protocol.Bytes;
import io.pgproxy.protocol.Column;
import io.pgproxy.protocol.Format;
import io.pgproxy.protocol.Octets;
import io.pgproxy.protocol.PgError;
import io.pgproxy.protocol.ProtocolVersion;
import io.pgproxy.protocol.TransactionStatus;
import io.pgproxy.protocol.message.backend.AuthenticationCleartextPassword;
import io.pgproxy.protocol.message.backend.AuthenticationGSS;
import io.pgproxy.protocol.message.backend.AuthenticationGSSContinue;
import io.pgproxy.protocol.message.backend.AuthenticationKerberosV5;
import io.pgproxy.protocol.message.backend.AuthenticationMD5Password;
import io.pgproxy.protocol.message.backend.AuthenticationOk;
import io.pgproxy.protocol.message.backend.AuthenticationSASL;
import io.pgproxy.protocol.message.backend.AuthenticationSASLContinue;
import io.pgproxy.protocol.message.backend.AuthenticationSASLFinal;
import io.pgproxy.protocol.message.backend.AuthenticationSSPI;
import io.pgproxy.protocol.message.backend.BackendKeyData;
import io.pgproxy.protocol.message.backend.BackendMessage;
import io.pgproxy.protocol.message.backend.BindComplete;
import io.pgproxy.protocol.message.backend.CloseComplete;
import io.pgproxy.protocol.message.backend.CommandComplete;
import io.pgproxy.protocol.message.backend.CopyBothResponse;
import io.pgproxy.protocol.message.backend.CopyData;
import io.pgproxy.protocol.message.backend.CopyDone;
import io.pgproxy.protocol.message.backend.CopyInResponse;
import io.pgproxy.protocol.message.backend.CopyOutResponse;
import io.pgproxy.protocol.message.backend.DataRow;
import io.pgproxy.protocol.message.backend.EmptyQueryResponse;
import io.pgproxy.protocol.message.backend.ErrorResponse;
import io.pgproxy.protocol.message.backend.FunctionCallResponse;
import io.pgproxy.protocol.message.backend.NegotiateProtocolVersion;
import io.pgproxy.protocol.message.backend.NoData;
import io.pgproxy.protocol.message.backend.NoticeResponse;
import io.pgproxy.protocol.message.backend.NotificationResponse;
import io.pgproxy.protocol.message.backend.ParameterDescription;
import io.pgproxy.protocol.message.backend.ParameterStatus;
import io.pgproxy.protocol.message.backend.ParseComplete;
import io.pgproxy.protocol.message.backend.PortalSuspended;
import io.pgproxy.protocol.message.backend.ReadyForQuery;
import io.pgproxy.protocol.message.backend.RowDescription;
import java.util.Arrays;
import java.util.List;

/** Every message of a server. */
final class BackendCases {
    private BackendCases() {}

    static List<MessageCase> all() {
        return List.of(
                plain(AuthenticationOk.INSTANCE, octets().int32(0), 'R'),
                plain(AuthenticationKerberosV5.INSTANCE, octets().int32(2), 'R'),
                plain(AuthenticationCleartextPassword.INSTANCE, octets().int32(3), 'R'),
                plain(
                        new AuthenticationMD5Password(Bytes.of("salt")),
                        octets().int32(5).raw("salt"),
                        'R'),
                plain(AuthenticationGSS.INSTANCE, octets().int32(7), 'R'),
                open(
                        new AuthenticationGSSContinue(Bytes.of("token")),
                        octets().int32(8).raw("token"),
                        'R'),
                plain(AuthenticationSSPI.INSTANCE, octets().int32(9), 'R'),
                plain(
                        new AuthenticationSASL(List.of("SCRAM-SHA-256-PLUS", "SCRAM-SHA-256")),
                        octets().int32(10)
                                .text("SCRAM-SHA-256-PLUS")
                                .text("SCRAM-SHA-256")
                                .int8(0),
                        'R'),
                open(
                        new AuthenticationSASLContinue(Bytes.of("r=abc")),
                        octets().int32(11).raw("r=abc"),
                        'R'),
                open(
                        new AuthenticationSASLFinal(Bytes.of("v=xyz")),
                        octets().int32(12).raw("v=xyz"),
                        'R'),
                open(
                        new BackendKeyData(4711, Bytes.of("\1\2\3\4")),
                        octets().int32(4711).int32(0x01020304),
                        'K'),
                open(
                        new BackendKeyData(-1, Bytes.of("k".repeat(256))),
                        octets().int32(-1).raw("k".repeat(256)),
                        'K'),
                plain(BindComplete.INSTANCE, octets(), '2'),
                plain(CloseComplete.INSTANCE, octets(), '3'),
                plain(new CommandComplete("SELECT 5"), octets().text("SELECT 5"), 'C'),
                plain(
                        new CopyInResponse(Format.TEXT, List.of(Format.TEXT, Format.TEXT)),
                        octets().int8(0).int16(2).int16(0).int16(0),
                        'G'),
                plain(
                        new CopyOutResponse(Format.BINARY, List.of(Format.BINARY)),
                        octets().int8(1).int16(1).int16(1),
                        'H'),
                plain(
                        new CopyBothResponse(Format.TEXT, List.of()),
                        octets().int8(0).int16(0),
                        'W'),
                open(new CopyData(Bytes.of("1\n")), octets().raw("1\n"), 'd'),
                plain(CopyDone.INSTANCE, octets(), 'c'),
                plain(
                        new DataRow(Arrays.asList(Bytes.of("1"), null, Bytes.EMPTY)),
                        octets().int16(3).int32(1).raw("1").int32(-1).int32(0),
                        'D'),
                plain(new DataRow(List.of()), octets().int16(0), 'D'),
                plain(EmptyQueryResponse.INSTANCE, octets(), 'I'),
                plain(
                        new ErrorResponse(PgError.of("42P01", "no such table")),
                        octets().text("SERROR")
                                .text("VERROR")
                                .text("C42P01")
                                .text("Mno such table")
                                .int8(0),
                        'E'),
                plain(
                        new NoticeResponse(PgError.notice("well")),
                        octets().text("SNOTICE")
                                .text("VNOTICE")
                                .text("C00000")
                                .text("Mwell")
                                .int8(0),
                        'N'),
                plain(new FunctionCallResponse(Bytes.of("r")), octets().int32(1).raw("r"), 'V'),
                plain(new FunctionCallResponse(null), octets().int32(-1), 'V'),
                plain(
                        new NegotiateProtocolVersion(ProtocolVersion.V3_2, List.of("_pq_.a", "_pq_.b")),
                        octets().int32(196610).int32(2).text("_pq_.a").text("_pq_.b"),
                        'v'),
                plain(NoData.INSTANCE, octets(), 'n'),
                plain(
                        new NotificationResponse(77, "channel", "payload"),
                        octets().int32(77).text("channel").text("payload"),
                        'A'),
                plain(
                        new ParameterDescription(List.of(23, -1)),
                        octets().int16(2).int32(23).int32(-1),
                        't'),
                plain(
                        new ParameterStatus("TimeZone", "Etc/UTC"),
                        octets().text("TimeZone").text("Etc/UTC"),
                        'S'),
                plain(ParseComplete.INSTANCE, octets(), '1'),
                plain(PortalSuspended.INSTANCE, octets(), 's'),
                plain(new ReadyForQuery(TransactionStatus.FAILED), octets().int8('E'), 'Z'),
                plain(
                        new RowDescription(List.of(
                                new Column("id", 16384, (short) -1, 23, (short) 4, -1, Format.BINARY),
                                Column.text(""))),
                        octets().int16(2)
                                .text("id")
                                .int32(16384)
                                .int16(-1)
                                .int32(23)
                                .int16(4)
                                .int32(-1)
                                .int16(1)
                                .text("")
                                .int32(0)
                                .int16(0)
                                .int32(25)
                                .int16(-1)
                                .int32(-1)
                                .int16(0),
                        'T'),
                plain(new RowDescription(List.of()), octets().int16(0), 'T'));
    }

    private static MessageCase plain(BackendMessage message, Octets body, char tag) {
        return new MessageCase(
                message,
                Bytes.copyOf(body.message(tag)),
                in -> BackendMessage.read(message.tag(), in),
                message::write,
                false);
    }

    private static MessageCase open(BackendMessage message, Octets body, char tag) {
        return new MessageCase(
                message,
                Bytes.copyOf(body.message(tag)),
                in -> BackendMessage.read(message.tag(), in),
                message::write,
                true);
    }
}

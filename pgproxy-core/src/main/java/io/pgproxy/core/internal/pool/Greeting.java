package io.pgproxy.core.internal.pool;

import io.netty.buffer.ByteBuf;
import io.pgproxy.protocol.Bytes;
import io.pgproxy.protocol.ProtocolVersion;
import io.pgproxy.protocol.TransactionStatus;
import io.pgproxy.protocol.message.backend.AuthenticationOk;
import io.pgproxy.protocol.message.backend.BackendKeyData;
import io.pgproxy.protocol.message.backend.NegotiateProtocolVersion;
import io.pgproxy.protocol.message.backend.ParameterStatus;
import io.pgproxy.protocol.message.backend.ReadyForQuery;
import io.pgproxy.protocol.startup.StartupMessage;
import io.pgproxy.protocol.startup.StartupParameter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/** What a server says to a client that has logged in, for one that has no connection to it yet. */
final class Greeting {
    private static final byte[] NO_SECRET = new byte[4];

    private Greeting() {}

    /**
     * Writes it.
     *
     * @param startup what the client asked for
     * @param parameters what the server reports
     * @param pid the process of the client's connection; 0 if it has none: by a number made up nobody else's can be
     *     cancelled, for the secret is made up, too
     * @param out gets all messages from AuthenticationOk to ReadyForQuery
     */
    static void write(StartupMessage startup, Map<String, String> parameters, int pid, ByteBuf out) {
        List<String> unknown =
                startup.protocolOptions().stream().map(StartupParameter::name).toList();
        if (!unknown.isEmpty() || startup.version().minor() > ProtocolVersion.V3_2.minor()) {
            ProtocolVersion newest =
                    startup.version().minor() > ProtocolVersion.V3_2.minor() ? ProtocolVersion.V3_2 : startup.version();
            new NegotiateProtocolVersion(newest, unknown).write(out);
        }
        AuthenticationOk.INSTANCE.write(out);
        parameters.forEach((name, value) -> new ParameterStatus(name, value).write(out));
        int shown = pid == 0 ? ThreadLocalRandom.current().nextInt(1, Integer.MAX_VALUE) : pid;
        new BackendKeyData(shown, Bytes.copyOf(NO_SECRET)).write(out);
        new ReadyForQuery(TransactionStatus.IDLE).write(out);
    }
}

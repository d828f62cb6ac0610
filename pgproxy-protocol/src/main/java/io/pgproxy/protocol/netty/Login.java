package io.pgproxy.protocol.netty;

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
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a server that trusts everybody answers to a StartupMessage. */
final class Login {
    /** What clients rely on; psql and the drivers ask for nothing else. */
    private static final Map<String, String> DEFAULTS = defaults();

    private static final int SECRET_3_0 = 4;
    private static final int SECRET_3_2 = 32;

    private Login() {}

    static void write(ByteBuf out, StartupMessage startup, Map<String, String> parameters, SecureRandom random) {
        ProtocolVersion spoken =
                startup.version().minor() >= ProtocolVersion.V3_2.minor() ? ProtocolVersion.V3_2 : ProtocolVersion.V3_0;
        List<String> unknown =
                startup.protocolOptions().stream().map(StartupParameter::name).toList();
        if (!spoken.equals(startup.version()) || !unknown.isEmpty()) {
            new NegotiateProtocolVersion(spoken, unknown).write(out);
        }
        AuthenticationOk.INSTANCE.write(out);
        Map<String, String> reported = new LinkedHashMap<>(DEFAULTS);
        reported.put("session_authorization", startup.user());
        String application = startup.parameter("application_name");
        reported.put("application_name", application == null ? "" : application);
        reported.putAll(parameters);
        reported.forEach((name, value) -> new ParameterStatus(name, value).write(out));
        byte[] secret = new byte[spoken.equals(ProtocolVersion.V3_2) ? SECRET_3_2 : SECRET_3_0];
        random.nextBytes(secret);
        new BackendKeyData(1 + random.nextInt(Integer.MAX_VALUE - 1), Bytes.copyOf(secret)).write(out);
        new ReadyForQuery(TransactionStatus.IDLE).write(out);
    }

    private static Map<String, String> defaults() {
        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put("in_hot_standby", "off");
        parameters.put("integer_datetimes", "on");
        parameters.put("TimeZone", "UTC");
        parameters.put("IntervalStyle", "postgres");
        parameters.put("is_superuser", "off");
        parameters.put("default_transaction_read_only", "off");
        parameters.put("server_version", "15.0");
        parameters.put("server_encoding", "UTF8");
        parameters.put("client_encoding", "UTF8");
        parameters.put("DateStyle", "ISO, MDY");
        parameters.put("standard_conforming_strings", "on");
        return parameters;
    }
}

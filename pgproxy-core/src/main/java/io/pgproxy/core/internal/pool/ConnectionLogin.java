package io.pgproxy.core.internal.pool;

import io.pgproxy.core.internal.session.Upstream;
import io.pgproxy.core.internal.session.UpstreamLogin;
import io.pgproxy.protocol.PgError;
import io.pgproxy.protocol.ProtocolException;
import io.pgproxy.protocol.frame.Frame;
import io.pgproxy.protocol.message.backend.Authentication;
import io.pgproxy.protocol.message.backend.AuthenticationOk;
import io.pgproxy.protocol.message.backend.BackendKeyData;
import io.pgproxy.protocol.message.backend.ErrorResponse;
import io.pgproxy.protocol.message.backend.ParameterStatus;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The login of a connection that no client sees. */
final class ConnectionLogin implements UpstreamLogin {
    private static final PgError WANTS_PASSWORD =
            PgError.of("28000", "the upstream asks for a password that the proxy does not have");

    private final PooledConnection connection;
    private final Map<String, String> parameters = new LinkedHashMap<>();
    private @Nullable BackendKeyData key;

    ConnectionLogin(PooledConnection connection) {
        this.connection = connection;
    }

    @Override
    public void message(Frame frame, Upstream upstream) {
        try {
            switch (frame.tag()) {
                case 'R' -> {
                    if (!(Authentication.read(frame.body()) instanceof AuthenticationOk)) {
                        connection.loginFailed(WANTS_PASSWORD);
                    }
                }
                case 'S' -> {
                    ParameterStatus setting = ParameterStatus.read(frame.body());
                    parameters.put(setting.name(), setting.value());
                }
                case 'K' -> key = BackendKeyData.read(frame.body());
                case 'E' ->
                    connection.loginFailed(ErrorResponse.read(frame.body()).error());
                case 'Z' -> connection.loggedIn(parameters, key);
                default -> {
                    // notices belong to no client
                }
            }
        } catch (ProtocolException malformed) {
            connection.loginFailed(PgError.of(malformed));
        } finally {
            frame.release();
        }
    }
}

package io.pgproxy.core.internal.fanout;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
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
import org.jspecify.annotations.Nullable;

/** The login at one server; what the first of them says the client hears once all have let it in. */
final class WriterLogin implements UpstreamLogin {
    private static final PgError WANTS_PASSWORD =
            PgError.of("28000", "a writer asks for a password that the proxy does not have");

    private final Writer writer;
    private @Nullable ByteBuf said;
    private @Nullable BackendKeyData key;

    WriterLogin(Writer writer) {
        this.writer = writer;
    }

    @Override
    public void message(Frame frame, Upstream upstream) {
        try {
            switch (frame.tag()) {
                case 'R' -> {
                    if (Authentication.read(frame.body()) instanceof AuthenticationOk) {
                        keep(frame);
                    } else {
                        writer.loginFailed(WANTS_PASSWORD);
                    }
                }
                case 'K' -> {
                    key = BackendKeyData.read(frame.body());
                    keep(frame);
                }
                case 'S' -> {
                    ParameterStatus setting = ParameterStatus.read(frame.body());
                    writer.reported(setting.name(), setting.value());
                    keep(frame);
                }
                case 'E' -> writer.loginFailed(ErrorResponse.read(frame.body()).error());
                case 'Z' -> {
                    keep(frame);
                    writer.loggedIn(key);
                }
                default -> keep(frame);
            }
        } catch (ProtocolException malformed) {
            writer.loginFailed(PgError.of(malformed));
        } finally {
            frame.release();
        }
    }

    private void keep(Frame frame) {
        ByteBuf before = said;
        if (before == null) {
            before = ByteBufAllocator.DEFAULT.buffer(512);
            said = before;
        }
        before.writeBytes(frame.bytes().slice());
    }

    /** {@return what it has said, owned by the caller} */
    ByteBuf take() {
        ByteBuf all = said;
        said = null;
        return all == null ? ByteBufAllocator.DEFAULT.buffer(0) : all;
    }
}

package io.pgproxy.protocol.startup;

import io.netty.buffer.ByteBuf;
import io.pgproxy.protocol.Bytes;
import io.pgproxy.protocol.PgError;
import io.pgproxy.protocol.ProtocolVersion;
import io.pgproxy.protocol.SqlState;

/**
 * A start-up packet of a version other than 3: read as far as the version, so that it can be refused by name.
 *
 * @param version the version that was asked for
 * @param content what stands behind the version
 */
public record UnsupportedVersion(ProtocolVersion version, Bytes content) implements StartupPacket {
    /**
     * The refusal that PostgreSQL gives.
     *
     * @return a FATAL error, SQLSTATE 0A000
     */
    public PgError refusal() {
        return PgError.of(
                        SqlState.FEATURE_NOT_SUPPORTED,
                        "unsupported frontend protocol " + version + ": server supports 3.0 to 3.2")
                .fatal();
    }

    @Override
    public void write(ByteBuf out) {
        out.writeInt(StartupDecoder.SHORTEST + content.length());
        out.writeInt(version.code());
        content.write(out);
    }
}

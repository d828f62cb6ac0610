package io.pgproxy.core.backend;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.pgproxy.core.internal.tls.UpstreamContext;
import io.pgproxy.protocol.PgError;
import io.pgproxy.protocol.ProtocolException;
import io.pgproxy.protocol.ProtocolVersion;
import io.pgproxy.protocol.message.backend.ErrorResponse;
import io.pgproxy.protocol.startup.StartupMessage;
import io.pgproxy.protocol.startup.StartupParameter;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLException;

/** Asks by a plain blocking socket whether a PostgreSQL server answers: before the first client does. */
final class Probe {
    private static final int LONGEST_ANSWER = 1 << 16;

    private Probe() {}

    static void run(PostgresUrl url, UpstreamContext tls, Duration timeout) throws IOException {
        String where = "upstream " + url.host() + ":" + url.port();
        if (url.host().startsWith("/")) {
            runLocally(url, where, timeout);
            return;
        }
        try (Socket socket = new Socket()) {
            socket.setSoTimeout((int) timeout.toMillis());
            socket.connect(new InetSocketAddress(url.host(), url.port()), (int) timeout.toMillis());
            Socket secured = tls.isOff() ? socket : ProbeTls.over(socket, url, tls, where);
            secured.getOutputStream().write(startup(url));
            check(new DataInputStream(secured.getInputStream()), where, url.credentials() != null);
        } catch (SSLException e) {
            throw new IOException(where + " cannot be reached by TLS: " + e.getMessage(), e);
        } catch (SocketTimeoutException e) {
            throw new IOException(where + " did not answer within " + timeout.toMillis() + " ms", e);
        } catch (EOFException e) {
            throw new IOException(where + " closed the connection: is it a PostgreSQL server?", e);
        } catch (UnknownHostException e) {
            throw new IOException(where + " is not reachable: unknown host", e);
        } catch (java.net.SocketException e) {
            throw new IOException(where + " is not reachable: " + e.getMessage(), e);
        }
    }

    /** A socket of the Unix domain has no blocking form with a time limit. */
    private static void runLocally(PostgresUrl url, String where, Duration timeout) throws IOException {
        try (SocketChannel channel = SocketChannel.open(UnixSocket.address(url.host(), url.port()));
                TimedInput in = new TimedInput(channel, timeout)) {
            channel.write(ByteBuffer.wrap(startup(url)));
            check(new DataInputStream(in), where, url.credentials() != null);
        } catch (SocketTimeoutException e) {
            throw new IOException(where + " did not answer within " + timeout.toMillis() + " ms", e);
        } catch (EOFException e) {
            throw new IOException(where + " closed the connection: is it a PostgreSQL server?", e);
        } catch (java.net.SocketException e) {
            throw new IOException(where + " is not reachable: " + e.getMessage(), e);
        }
    }

    private static byte[] startup(PostgresUrl url) {
        Credentials credentials = url.credentials();
        String user = credentials == null ? "postgres" : credentials.user();
        String database = url.database() == null ? "postgres" : url.database();
        ByteBuf packet = Unpooled.buffer();
        new StartupMessage(
                        ProtocolVersion.V3_0,
                        List.of(new StartupParameter("user", user), new StartupParameter("database", database)))
                .write(packet);
        byte[] bytes = new byte[packet.readableBytes()];
        packet.readBytes(bytes);
        return bytes;
    }

    /** Any request for a password will do; so does a refusal of the user where it is the client's user who logs in. */
    private static void check(DataInputStream in, String where, boolean ownLogin) throws IOException {
        byte tag = in.readByte();
        int length = in.readInt();
        if ((tag != 'R' && tag != 'E') || length < 8 || length > LONGEST_ANSWER) {
            throw new IOException(where + " does not speak PostgreSQL's protocol");
        }
        if (tag == 'E') {
            PgError error;
            try {
                error = ErrorResponse.read(Unpooled.wrappedBuffer(in.readNBytes(length - 4)))
                        .error();
            } catch (ProtocolException e) {
                throw new IOException(where + " does not speak PostgreSQL's protocol", e);
            }
            boolean forClients = !ownLogin
                    && (error.sqlState().startsWith("28") || error.sqlState().startsWith("3D"));
            if (!forClients) {
                throw new IOException(where + " refuses: " + error.message());
            }
        }
    }
}

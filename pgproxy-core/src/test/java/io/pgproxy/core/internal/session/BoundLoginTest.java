package io.pgproxy.core.internal.session;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.ongres.scram.client.ScramClient;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import io.netty.channel.embedded.EmbeddedChannel;
import io.pgproxy.auth.AuthenticationOptions;
import io.pgproxy.auth.Authenticator;
import io.pgproxy.auth.ScramAuthenticator;
import io.pgproxy.auth.ScramVerifier;
import io.pgproxy.auth.User;
import io.pgproxy.auth.Users;
import io.pgproxy.core.backend.Backend;
import io.pgproxy.core.backend.BackendSession;
import io.pgproxy.core.backend.BackendSink;
import io.pgproxy.core.internal.auth.ClientAuthentication;
import io.pgproxy.core.internal.limit.Governor;
import io.pgproxy.core.internal.tls.ListenerTls;
import io.pgproxy.protocol.Bytes;
import io.pgproxy.protocol.PgError;
import io.pgproxy.protocol.ProtocolVersion;
import io.pgproxy.protocol.message.backend.Authentication;
import io.pgproxy.protocol.message.backend.AuthenticationSASL;
import io.pgproxy.protocol.message.backend.AuthenticationSASLContinue;
import io.pgproxy.protocol.message.backend.AuthenticationSASLFinal;
import io.pgproxy.protocol.message.backend.BackendKeyData;
import io.pgproxy.protocol.message.frontend.SASLInitialResponse;
import io.pgproxy.protocol.message.frontend.SASLResponse;
import io.pgproxy.protocol.startup.StartupMessage;
import io.pgproxy.protocol.startup.StartupParameter;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A login over a connection that has channel binding offers it, and holds the client to it. */
class BoundLoginTest {
    private static final byte[] BINDING = {1, 2, 3, 4};

    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final Server server =
            new Server(ScramAuthenticator.of(Users.of(List.of(User.of("me", ScramVerifier.of("x".toCharArray()))))));
    private final Session session = new Session(1, channel, server);

    @AfterEach
    void close() {
        session.clientGone();
        channel.finishAndReleaseAll();
        server.authentication.close();
    }

    private Authentication heard() {
        channel.runPendingTasks();
        ByteBuf message = channel.readOutbound();
        try {
            return Authentication.read(message.skipBytes(5));
        } finally {
            message.release();
        }
    }

    private ScramClient begin(byte[] seenByClient) {
        session.channel(new ClientChannel() {
            @Override
            public boolean isEncrypted() {
                return true;
            }

            @Override
            public byte[] tlsServerEndPoint() {
                return BINDING;
            }
        });
        ByteBuf startup = Unpooled.buffer();
        new StartupMessage(ProtocolVersion.V3_0, List.of(new StartupParameter("user", "me"))).write(startup);
        session.received(startup);
        List<String> offered = ((AuthenticationSASL) heard()).mechanisms();
        assertThat(offered).containsExactly("SCRAM-SHA-256-PLUS", "SCRAM-SHA-256");
        ScramClient client = ScramClient.builder()
                .advertisedMechanisms(offered)
                .username("*")
                .password("x".toCharArray())
                .channelBinding("tls-server-end-point", seenByClient)
                .build();
        ByteBuf first = Unpooled.buffer();
        new SASLInitialResponse(
                        client.getScramMechanism().getName(),
                        Bytes.of(client.clientFirstMessage().toString()))
                .write(first);
        session.received(first);
        return client;
    }

    private void finish(ScramClient client) throws Exception {
        client.serverFirstMessage(((AuthenticationSASLContinue) heard()).data().text());
        ByteBuf last = Unpooled.buffer();
        new SASLResponse(Bytes.of(client.clientFinalMessage().toString())).write(last);
        session.received(last);
    }

    @Test
    void theSameCertificateOnBothSidesLetsIn() throws Exception {
        ScramClient client = begin(BINDING);
        assertThat(client.getScramMechanism().getName()).isEqualTo("SCRAM-SHA-256-PLUS");

        finish(client);

        client.serverFinalMessage(((AuthenticationSASLFinal) heard()).data().text());
        assertThat(server.opened).isEqualTo(1);
    }

    @Test
    void anotherCertificateMeansThatSomebodyIsInBetween() throws Exception {
        finish(begin(new byte[] {4, 3, 2, 1}));
        channel.runPendingTasks();

        ByteBuf error = channel.readOutbound();
        assertThat(error.toString(UTF_8)).startsWith("E").contains("28000", "channel binding check failed");
        error.release();
        assertThat(server.opened).isZero();
    }

    /** What one session needs of its server. */
    private static final class Server implements SessionContext, Backend {
        private final CancelRegistry cancels = new CancelRegistry();
        private final ClientAuthentication authentication;
        private int opened;

        Server(Authenticator authenticator) {
            authentication = new ClientAuthentication(authenticator, AuthenticationOptions.DEFAULT, Thread::new);
        }

        @Override
        public @Nullable ListenerTls tls() {
            return null;
        }

        @Override
        public Backend backend() {
            return this;
        }

        @Override
        public BackendSession open(StartupMessage startup, EventLoop loop, BackendSink sink) {
            opened++;
            return new Silent();
        }

        @Override
        public Governor governor() {
            return Governor.lenient();
        }

        @Override
        public CancelRegistry cancels() {
            return cancels;
        }

        @Override
        public ClientAuthentication authentication() {
            return authentication;
        }

        @Override
        public SteeringFactory steering() {
            return SteeringFactory.TRANSPARENT;
        }

        @Override
        public String impossiblePortal() {
            return "none";
        }

        @Override
        public @Nullable PgError admitted(Session session) {
            return null;
        }

        @Override
        public @Nullable PgError authenticated(Session session) {
            return null;
        }

        @Override
        public void loginOver(Session session) {}

        @Override
        public void ended(Session session) {}
    }

    /** An upstream that says nothing. */
    private static final class Silent implements BackendSession {
        @Override
        public void send(ByteBuf messages) {
            messages.release();
        }

        @Override
        public void flush() {}

        @Override
        public boolean isWritable() {
            return true;
        }

        @Override
        public void reading(boolean on) {}

        @Override
        public void cancel(BackendKeyData key, Runnable done) {
            done.run();
        }

        @Override
        public void close() {}
    }
}

package io.pgproxy.core.backend;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.EventLoop;
import io.pgproxy.protocol.Bytes;
import io.pgproxy.protocol.PgError;
import io.pgproxy.protocol.ProtocolException;
import io.pgproxy.protocol.SqlState;
import io.pgproxy.protocol.frame.Frame;
import io.pgproxy.protocol.frame.FrameScanner;
import io.pgproxy.protocol.frame.FrameSink;
import io.pgproxy.protocol.frame.HeaderRules;
import io.pgproxy.protocol.frame.Interest;
import io.pgproxy.protocol.message.backend.Authentication;
import io.pgproxy.protocol.message.backend.AuthenticationCleartextPassword;
import io.pgproxy.protocol.message.backend.AuthenticationMD5Password;
import io.pgproxy.protocol.message.backend.AuthenticationOk;
import io.pgproxy.protocol.message.backend.AuthenticationSASL;
import io.pgproxy.protocol.message.backend.AuthenticationSASLContinue;
import io.pgproxy.protocol.message.backend.AuthenticationSASLFinal;
import io.pgproxy.protocol.message.frontend.FrontendMessage;
import io.pgproxy.protocol.message.frontend.PasswordMessage;
import io.pgproxy.protocol.message.frontend.SASLInitialResponse;
import io.pgproxy.protocol.message.frontend.SASLResponse;
import io.pgproxy.tls.ChannelBinding;
import java.util.Arrays;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Answers an upstream's authentication requests with credentials of our own, and passes on everything from
 * AuthenticationOk: the client sees a server that trusts it.
 */
final class OwnedLogin implements FrameSink {
    private static final String UNBOUND =
            "the upstream wants a login without channel binding, and channel_binding requires it";
    private static final int LONGEST_MESSAGE = 1 << 16;

    private static final PgError STOPPING = PgError.of(SqlState.CANNOT_CONNECT_NOW, "the proxy is stopping");

    private final LoginPassword password;
    private final ChannelBinding binding;
    private final ExecutorService blocking;
    private final EventLoop loop;
    private final FrameScanner scanner =
            new FrameScanner(HeaderRules.BACKEND, Interest.everything(), LONGEST_MESSAGE, this);
    private @Nullable RemoteSession session;
    private @Nullable ScramLogin scram;
    private boolean over;
    private boolean released;

    OwnedLogin(LoginPassword password, ChannelBinding binding, ExecutorService blocking, EventLoop loop) {
        this.password = password;
        this.binding = binding;
        this.blocking = blocking;
        this.loop = loop;
    }

    /** Takes bytes of the login; owned by the callee. */
    void received(ByteBuf bytes, RemoteSession from) {
        session = from;
        try {
            scanner.scan(bytes);
        } catch (ProtocolException e) {
            fail(PgError.of(e));
        }
        passRest(from);
    }

    /** What came in the same read behind AuthenticationOk. */
    private void passRest(RemoteSession to) {
        if (over) {
            scanner.takeWaiting().forEach(to::passOn);
        }
    }

    void release() {
        if (!over) {
            released = true;
            scanner.release();
            password.release();
            if (scram != null) {
                scram.clear();
            }
        }
    }

    @Override
    public void framed(Frame frame) {
        RemoteSession to = session;
        if (to == null) {
            frame.release();
        } else if (frame.tag() != 'R') {
            to.passOn(frame.bytes()); // a refusal, a notice, the version negotiation
        } else {
            try {
                answer(Authentication.read(frame.body()), frame, to);
            } finally {
                frame.release();
            }
        }
    }

    private void answer(Authentication request, Frame frame, RemoteSession to) {
        ScramLogin running = scram;
        if (request instanceof AuthenticationOk) {
            if (running != null && !running.isServerVerified()) {
                throw new ProtocolException("the upstream ended a SCRAM login without its proof");
            }
            if (binding == ChannelBinding.REQUIRE && (running == null || !running.isBound())) {
                throw new ProtocolException("28000", UNBOUND);
            }
            over = true;
            scanner.pause();
            to.loggedIn();
            to.passOn(frame.bytes().retain());
        } else if (binding == ChannelBinding.REQUIRE && running == null && !(request instanceof AuthenticationSASL)) {
            throw new ProtocolException("28000", UNBOUND);
        } else if (request instanceof AuthenticationCleartextPassword) {
            answerBy(found -> send(clear(found), to), to);
        } else if (request instanceof AuthenticationMD5Password md5) {
            answerBy(
                    found -> send(new PasswordMessage(Md5Password.answer(password.user(), found, md5.salt())), to), to);
        } else if (request instanceof AuthenticationSASL offer && running == null) {
            answerBy(found -> begin(offer, found, to), to);
        } else if (request instanceof AuthenticationSASLContinue more && running != null) {
            prove(running, more.data().text(), to);
        } else if (request instanceof AuthenticationSASLFinal last && running != null) {
            running.verifyServer(last.data().text());
        } else {
            throw new ProtocolException("28000", "the upstream asks for an authentication that is not supported");
        }
    }

    /** Answers at once if the password is at hand; else nothing more is read until it has been found. */
    private void answerBy(Consumer<char[]> answer, RemoteSession to) {
        if (!password.isElsewhere()) {
            answerWith(password.atHand(), answer);
            return;
        }
        scanner.pause();
        try {
            password.find(found -> {
                try {
                    answerWith(found, answer);
                    scanner.resume();
                } catch (ProtocolException e) {
                    fail(PgError.of(e));
                }
                passRest(to);
            });
        } catch (RejectedExecutionException closing) {
            fail(STOPPING);
        }
    }

    private void answerWith(char @Nullable [] found, Consumer<char[]> answer) {
        if (found == null) {
            throw new ProtocolException("28000", "the upstream asks for a password, and the proxy has none");
        }
        try {
            answer.accept(found);
        } finally {
            LoginPassword.clear(found);
        }
    }

    private static PasswordMessage clear(char[] found) {
        byte[] bytes = PasswordBytes.utf8(found);
        try {
            return new PasswordMessage(Bytes.copyOf(bytes));
        } finally {
            Arrays.fill(bytes, (byte) 0);
        }
    }

    private void begin(AuthenticationSASL offer, char[] found, RemoteSession to) {
        ScramLogin begun = ScramLogin.begin(offer.mechanisms(), found, to.tlsServerEndPoint(), binding);
        scram = begun;
        send(new SASLInitialResponse(begun.mechanism(), Bytes.of(begun.clientFirst())), to);
    }

    /** Thousands of hash rounds: not on the event loop. */
    private void prove(ScramLogin running, String serverFirst, RemoteSession to) {
        scanner.pause();
        try {
            blocking.execute(() -> {
                String proof = running.prove(serverFirst);
                loop.execute(() -> proven(proof, to));
            });
        } catch (RejectedExecutionException closing) {
            fail(STOPPING);
        }
    }

    private void proven(@Nullable String proof, RemoteSession to) {
        if (proof == null) {
            fail(PgError.of(SqlState.PROTOCOL_VIOLATION, "the upstream's SCRAM challenge is not acceptable"));
            return;
        }
        send(new SASLResponse(Bytes.of(proof)), to);
        try {
            scanner.resume();
        } catch (ProtocolException e) {
            fail(PgError.of(e));
        }
        passRest(to);
    }

    private static void send(FrontendMessage message, RemoteSession to) {
        ByteBuf bytes = ByteBufAllocator.DEFAULT.buffer();
        message.write(bytes);
        to.send(bytes);
        to.flush();
    }

    private void fail(PgError error) {
        RemoteSession to = session;
        if (to != null && !released) {
            to.loginFailed(error);
        }
    }

    @Override
    public void passed(ByteBuf bytes, int begun) {
        bytes.release(); // the rest of a message that was too long
    }

    @Override
    public void noted(byte tag, int first) {}
}

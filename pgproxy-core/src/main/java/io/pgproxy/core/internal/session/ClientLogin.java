package io.pgproxy.core.internal.session;

import io.netty.buffer.ByteBuf;
import io.pgproxy.auth.Login;
import io.pgproxy.auth.LoginRefusedException;
import io.pgproxy.auth.Md5Hash;
import io.pgproxy.auth.Password;
import io.pgproxy.auth.ScramVerifier;
import io.pgproxy.core.internal.auth.ClientAuthentication;
import io.pgproxy.core.internal.auth.ScramExchange;
import io.pgproxy.protocol.Bytes;
import io.pgproxy.protocol.PgError;
import io.pgproxy.protocol.SqlState;
import io.pgproxy.protocol.message.backend.Authentication;
import io.pgproxy.protocol.message.backend.AuthenticationCleartextPassword;
import io.pgproxy.protocol.message.backend.AuthenticationMD5Password;
import io.pgproxy.protocol.message.backend.AuthenticationSASL;
import io.pgproxy.protocol.message.backend.AuthenticationSASLContinue;
import io.pgproxy.protocol.message.backend.AuthenticationSASLFinal;
import io.pgproxy.protocol.message.frontend.PasswordMessage;
import io.pgproxy.protocol.message.frontend.SASLInitialResponse;
import io.pgproxy.protocol.message.frontend.SASLResponse;
import io.pgproxy.protocol.startup.StartupMessage;
import io.pgproxy.protocol.startup.StartupParameter;
import java.net.SocketAddress;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A login as its authenticator sees it: steps of the dialogue, each on the client's event loop. */
final class ClientLogin implements Login {
    private static final PgError NOT_ENCRYPTED = PgError.of(
                    SqlState.INVALID_AUTHORIZATION_SPECIFICATION, "this login needs an encrypted connection")
            .withHint("The password would cross the network in clear.");

    private final Session session;
    private final AuthenticationPhase phase;
    private final ClientAuthentication authentication;
    private final ClientChannel channel;
    private final String user;
    private final String database;
    private final Map<String, String> parameters;
    private volatile @Nullable Password sent;
    private volatile boolean over;

    ClientLogin(
            Session session, AuthenticationPhase phase, ClientAuthentication authentication, StartupMessage startup) {
        this.session = session;
        this.phase = phase;
        this.authentication = authentication;
        this.channel = session.channel();
        this.user = startup.requireUser();
        this.database = startup.database();
        Map<String, String> values = new LinkedHashMap<>();
        for (StartupParameter parameter : startup.parameters()) {
            values.put(parameter.name(), parameter.value());
        }
        this.parameters = Collections.unmodifiableMap(values);
    }

    /** Nothing more is asked; what was sent is forgotten. */
    void over() {
        over = true;
        Password password = sent;
        if (password != null) {
            password.clear();
        }
    }

    @Override
    public String user() {
        return user;
    }

    @Override
    public String database() {
        return database;
    }

    @Override
    public Map<String, String> parameters() {
        return parameters;
    }

    @Override
    public SocketAddress client() {
        return session.address();
    }

    @Override
    public boolean isEncrypted() {
        return channel.isEncrypted();
    }

    @Override
    public List<X509Certificate> certificates() {
        return channel.certificates();
    }

    @Override
    public Executor executor() {
        return session.loop();
    }

    @Override
    public Executor workers() {
        return task -> authentication.workers().execute(() -> {
            if (!over) {
                task.run();
            }
        });
    }

    @Override
    public CompletionStage<Password> password() {
        if (!isEncrypted() && !authentication.allowsUnencryptedPasswords()) {
            return CompletableFuture.failedFuture(LoginRefusedException.of(NOT_ENCRYPTED));
        }
        return ask(AuthenticationCleartextPassword.INSTANCE, PasswordMessage::read)
                .thenApply(message -> {
                    byte[] bytes = message.password().toByteArray();
                    if (bytes.length == 0) {
                        throw LoginRefusedException.invalidPassword(user);
                    }
                    Password password = Password.of(bytes);
                    sent = password;
                    return password;
                });
    }

    @Override
    public CompletionStage<Login> md5(Md5Hash expected) {
        byte[] salt = new byte[4];
        new SecureRandom().nextBytes(salt);
        return ask(new AuthenticationMD5Password(Bytes.copyOf(salt)), PasswordMessage::read)
                .thenApply(message -> {
                    if (!expected.isProvenBy(salt, message.password().toByteArray())) {
                        throw LoginRefusedException.invalidPassword(user);
                    }
                    return this;
                });
    }

    @Override
    public CompletionStage<Login> scram(ScramVerifier expected) {
        ScramExchange exchange = new ScramExchange(expected, channel.tlsServerEndPoint());
        return ask(new AuthenticationSASL(exchange.mechanisms()), SASLInitialResponse::read)
                .thenCompose(first -> {
                    Bytes response = first.response();
                    byte[] said = response == null ? new byte[0] : response.toByteArray();
                    byte[] challenge = exchange.challenge(first.mechanism(), said);
                    return ask(new AuthenticationSASLContinue(Bytes.copyOf(challenge)), SASLResponse::read);
                })
                .thenApply(last -> {
                    byte[] proof = exchange.conclude(last.data().toByteArray());
                    if (proof == null) {
                        throw LoginRefusedException.invalidPassword(user);
                    }
                    AuthenticationSASLFinal ours = new AuthenticationSASLFinal(Bytes.copyOf(proof));
                    onLoop(() -> phase.say(ours));
                    return this;
                });
    }

    /** Asks the client, and completes with what it answers. */
    private <T> CompletableFuture<T> ask(Authentication request, Function<ByteBuf, T> read) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        onLoop(() -> phase.ask(request, new Question<>(read, answer)));
        return answer;
    }

    private void onLoop(Runnable step) {
        if (session.loop().inEventLoop()) {
            step.run();
        } else {
            session.loop().execute(step);
        }
    }

    /** User and database alone. */
    @Override
    public String toString() {
        return "Login[user=" + user + ", database=" + database + "]";
    }
}

package io.pgproxy.examples.login;

import io.pgproxy.auth.Authenticator;
import io.pgproxy.auth.Identity;
import io.pgproxy.auth.Login;
import io.pgproxy.auth.LoginRefusedException;
import io.pgproxy.auth.Password;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletionStage;

/**
 * Has an HTTP service decide who comes in. It is sent a form with user, database, client and password, and answers 204
 * for yes, 401 or 403 for no. Whatever else it answers, or if it does not answer in time, nobody comes in (28000).
 *
 * <p>Nothing blocks: the client is asked, and the service, by stages. The password travels as it is, so the connection
 * of the client has to be encrypted, and that to the service, too, unless it is on this machine. Thread-safe.
 */
public final class HttpAuthenticator implements Authenticator {
    private final HttpClient http;
    private final URI service;
    private final Duration patience;

    /**
     * Asks a service.
     *
     * @param http its threads wait for the service; the caller's
     * @param service where the form is posted to: https, or http on this machine
     * @param patience how long the service may take, shorter than the login deadline
     * @throws IllegalArgumentException if passwords would travel in clear
     */
    public HttpAuthenticator(HttpClient http, URI service, Duration patience) {
        boolean local = "127.0.0.1".equals(service.getHost()) || "localhost".equals(service.getHost());
        if (!"https".equals(service.getScheme()) && !("http".equals(service.getScheme()) && local)) {
            throw new IllegalArgumentException("passwords would travel in clear: " + service.getScheme());
        }
        this.http = http;
        this.service = service;
        this.patience = patience;
    }

    @Override
    public CompletionStage<Identity> authenticate(Login login) {
        return login.password().thenCompose(password -> ask(login, password));
    }

    private CompletionStage<Identity> ask(Login login, Password password) {
        byte[] form = form(login, password);
        HttpRequest request = HttpRequest.newBuilder(service)
                .timeout(patience)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofByteArray(form))
                .build();
        return http.sendAsync(request, BodyHandlers.discarding())
                .whenComplete((answer, failure) -> Arrays.fill(form, (byte) 0))
                .thenApply(answer -> decide(login, answer));
    }

    private static Identity decide(Login login, HttpResponse<Void> answer) {
        return switch (answer.statusCode()) {
            case 204 -> Identity.of(login);
            case 401, 403 -> throw LoginRefusedException.invalidPassword(login.user());
            default -> throw LoginRefusedException.notAuthenticated(login.user());
        };
    }

    /** Built of bytes: a String with a password in it cannot be cleared. */
    private static byte[] form(Login login, Password password) {
        String names = "user=" + encode(login.user()) + "&database=" + encode(login.database()) + "&client="
                + encode(String.valueOf(login.client())) + "&password=";
        ByteArrayOutputStream form = new ClearedStream();
        form.writeBytes(names.getBytes(StandardCharsets.US_ASCII));
        byte[] secret = password.toByteArray();
        for (byte each : secret) {
            form.write('%');
            form.write(Character.forDigit(each >> 4 & 15, 16));
            form.write(Character.forDigit(each & 15, 16));
        }
        Arrays.fill(secret, (byte) 0);
        byte[] bytes = form.toByteArray();
        form.reset();
        return bytes;
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /** What it holds is gone with a reset. */
    private static final class ClearedStream extends ByteArrayOutputStream {
        ClearedStream() {
            super(1 << 12);
        }

        @Override
        public synchronized void reset() {
            Arrays.fill(buf, (byte) 0);
            super.reset();
        }
    }
}

package io.pgproxy.auth;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/**
 * A client in TLS that cannot be asked anything.
 *
 * @param user who it wants to be
 * @param certificates what it has shown
 */
record QuietLogin(String user, List<X509Certificate> certificates) implements Login {
    @Override
    public String database() {
        return user;
    }

    @Override
    public Map<String, String> parameters() {
        return Map.of("user", user);
    }

    @Override
    public SocketAddress client() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
    }

    @Override
    public boolean isEncrypted() {
        return true;
    }

    @Override
    public Executor executor() {
        return Runnable::run;
    }

    @Override
    public Executor workers() {
        return Runnable::run;
    }

    @Override
    public CompletionStage<Password> password() {
        throw new AssertionError("the client is asked");
    }

    @Override
    public CompletionStage<Login> md5(Md5Hash expected) {
        throw new AssertionError("the client is asked");
    }

    @Override
    public CompletionStage<Login> scram(ScramVerifier expected) {
        throw new AssertionError("the client is asked");
    }
}

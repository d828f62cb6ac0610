package io.pgproxy.auth;

import java.net.SocketAddress;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/**
 * A client that wants to log in, and what it can be asked.
 *
 * <p>A step of the dialogue sends a request and completes with the client's answer, on the client's event loop; one
 * step at a time. It completes exceptionally when the client answers wrongly ({@link LoginRefusedException}), breaks
 * the protocol, goes, or has used up the login deadline: an {@link Authenticator} hands that on by returning a stage
 * that depends on it. Everything may be called from any thread.
 *
 * <p>See "Start-up" in the chapter "Frontend/Backend Protocol" of the PostgreSQL manual.
 */
public interface Login {
    /** {@return the user that the client wants to be; not empty} */
    String user();

    /** {@return the database that it asks for, the user's name if it asks for none} */
    String database();

    /** {@return all parameters of its start-up packet, in their order; of a name given twice the later value} */
    Map<String, String> parameters();

    /** {@return where the client is} */
    SocketAddress client();

    /** {@return whether the connection is encrypted} */
    boolean isEncrypted();

    /**
     * The certificate that the client has shown, its own first, checked against the authorities that the listener
     * trusts.
     *
     * @return an empty list if it has shown none
     */
    List<X509Certificate> certificates();

    /** {@return the client's event loop: nothing that blocks or computes for long} */
    Executor executor();

    /**
     * Threads of the server for what blocks, or hashes passwords: few, with a bounded queue that all logins share.
     *
     * @return it throws {@link java.util.concurrent.RejectedExecutionException} when the queue is full, which the
     *     client is told as 53300 if the authenticator lets it escape; tasks of a client that has gone do not run
     */
    Executor workers();

    /**
     * Asks for the password as it is (AuthenticationCleartextPassword). Where the connection is not encrypted the login
     * ends with 28000, unless the server has been told to allow it
     * ({@link AuthenticationOptions#allowUnencryptedPasswords}).
     *
     * @return the password; empty ones are refused before
     */
    CompletionStage<Password> password();

    /**
     * Asks for an md5 answer (AuthenticationMD5Password) and checks it.
     *
     * @param expected what the server keeps of the user
     * @return this login, once the client has proven that it knows the password
     */
    CompletionStage<Login> md5(Md5Hash expected);

    /**
     * Asks for SCRAM-SHA-256 (AuthenticationSASL), or SCRAM-SHA-256-PLUS where the connection has channel binding (RFC
     * 5929, tls-server-end-point), and checks the proof.
     *
     * @param expected what the server keeps of the user
     * @return this login, once the client has proven that it knows the password, and has been sent the server's proof
     */
    CompletionStage<Login> scram(ScramVerifier expected);
}

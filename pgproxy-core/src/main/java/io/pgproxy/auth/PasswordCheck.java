package io.pgproxy.auth;

/** Decides about a password. It may block. Thread-safe. */
@FunctionalInterface
public interface PasswordCheck {
    /**
     * Decides.
     *
     * @param login the client
     * @param password what it has sent; forgotten when the call returns
     * @return who it is
     * @throws LoginRefusedException if it is nobody, see {@link LoginRefusedException#invalidPassword}
     */
    Identity check(Login login, Password password);
}

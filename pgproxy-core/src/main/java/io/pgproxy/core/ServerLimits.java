package io.pgproxy.core;

import java.time.Duration;

/**
 * What protects a server from those who have not logged in, and from too many who have.
 *
 * @param loginDeadline from accept to the first ReadyForQuery, however slowly bytes trickle in; PostgreSQL's
 *     authentication_timeout
 * @param logins how many connections may be in login at once; more are closed at accept
 * @param loginsPerAddress the same, for one client address
 * @param sessions how many clients may be logged in or logging in; one more is refused with 53300 (a CancelRequest is
 *     served)
 */
public record ServerLimits(Duration loginDeadline, int logins, int loginsPerAddress, int sessions) {
    /** 10 s to log in, 1,000 connections in login, 500 from one address, sessions without limit. */
    public static final ServerLimits DEFAULT = new ServerLimits(Duration.ofSeconds(10), 1_000, 500, Integer.MAX_VALUE);

    /**
     * Checks the values.
     *
     * @param loginDeadline positive
     * @param logins positive
     * @param loginsPerAddress positive
     * @param sessions positive
     * @throws IllegalArgumentException if one is not positive
     */
    public ServerLimits {
        if (loginDeadline.isNegative() || loginDeadline.isZero()) {
            throw new IllegalArgumentException("loginDeadline must be positive: " + loginDeadline);
        }
        if (logins < 1 || loginsPerAddress < 1 || sessions < 1) {
            throw new IllegalArgumentException("limits must be positive: logins " + logins + ", loginsPerAddress "
                    + loginsPerAddress + ", sessions " + sessions);
        }
    }

    /**
     * Another deadline for logins.
     *
     * @param deadline positive
     * @return a copy
     */
    public ServerLimits withLoginDeadline(Duration deadline) {
        return new ServerLimits(deadline, logins, loginsPerAddress, sessions);
    }

    /**
     * Another number of connections in login.
     *
     * @param most in all
     * @param mostPerAddress for one client address
     * @return a copy
     */
    public ServerLimits withLogins(int most, int mostPerAddress) {
        return new ServerLimits(loginDeadline, most, mostPerAddress, sessions);
    }

    /**
     * Another number of sessions.
     *
     * @param most in all
     * @return a copy
     */
    public ServerLimits withSessions(int most) {
        return new ServerLimits(loginDeadline, logins, loginsPerAddress, most);
    }
}

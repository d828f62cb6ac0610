/**
 * Who clients are, where the proxy itself finds out.
 *
 * <p>Without an {@link io.pgproxy.auth.Authenticator} a login is the upstream's own exchange with the client, passed
 * on. With one the proxy asks the client, and the upstream is logged in to for the {@link io.pgproxy.auth.Identity}
 * that comes out of it. Ready ones check what a {@link io.pgproxy.auth.UserStore} knows of a user, or the client's
 * certificate; any other is one method.
 */
@NullMarked
package io.pgproxy.auth;

import org.jspecify.annotations.NullMarked;

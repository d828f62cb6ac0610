/** What the logins of a server share: workers, failures, and the server's side of SCRAM. */
@NullMarked
package io.pgproxy.core.internal.auth;

import org.jspecify.annotations.NullMarked;

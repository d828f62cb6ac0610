/** What the read-only proxy is made of. */
@NullMarked
package io.pgproxy.examples.readonly;

import org.jspecify.annotations.NullMarked;

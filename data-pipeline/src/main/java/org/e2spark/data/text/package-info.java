/** What every package may use to write text that does not depend on the user's locale. */
package org.e2spark.data.text;

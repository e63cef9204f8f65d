# SPDX-License-Identifier: MIT
# PROXENOS_CHECK_ZOOKEEPER: have_zookeeper, ZOOKEEPER_CFLAGS and ZOOKEEPER_LIBS of the client library with threads of
# its own, which has no pkg-config file, and of jansson.
AC_DEFUN([PROXENOS_CHECK_ZOOKEEPER], [
  AC_REQUIRE([PKG_PROG_PKG_CONFIG])
  ZOOKEEPER_CFLAGS= ZOOKEEPER_LIBS=
  AC_CACHE_CHECK([for libzookeeper_mt], [px_cv_zookeeper], [
    px_saved_LIBS=$LIBS; LIBS="-lzookeeper_mt $LIBS"
    AC_LINK_IFELSE([AC_LANG_PROGRAM([[
      #define THREADED
      #include <zookeeper/zookeeper.h>
      static void watch(zhandle_t *z, int type, int state, const char *path, void *context) {
        (void)z; (void)type; (void)state; (void)path; (void)context;
      }
      static void say(const char *message) { (void)message; }]],
      [[zhandle_t *z = zookeeper_init2("", watch, 1000, 0, 0, 0, say); return z == 0;]])],
      [px_cv_zookeeper=yes], [px_cv_zookeeper=no])
    LIBS=$px_saved_LIBS])
  have_zookeeper=$px_cv_zookeeper
  AS_IF([test "x$have_zookeeper" = xyes], [
    ZOOKEEPER_CFLAGS=$JANSSON_CFLAGS
    ZOOKEEPER_LIBS="-lzookeeper_mt $JANSSON_LIBS"
    AS_IF([test -z "$JANSSON_LIBS"], [have_zookeeper=no])])
  AC_SUBST([ZOOKEEPER_CFLAGS])
  AC_SUBST([ZOOKEEPER_LIBS])
])

# SPDX-License-Identifier: MIT
# PROXENOS_TRY_FLAG(VARIABLE, FLAG, [compile|link]): adds the flag when the tool takes it.
AC_DEFUN([PROXENOS_TRY_FLAG], [
  m4_pushdef([px_cache], [px_cv_$3_[]m4_translit([$2], [-=,+.], [_____])])
  AC_CACHE_CHECK([whether $CC takes $2], [px_cache], [
    px_saved_CFLAGS=$CFLAGS; px_saved_LDFLAGS=$LDFLAGS
    m4_if([$3], [link], [LDFLAGS="$LDFLAGS $2"], [CFLAGS="$CFLAGS -Werror $2"])
    AC_LINK_IFELSE([AC_LANG_PROGRAM()], [px_cache=yes], [px_cache=no])
    CFLAGS=$px_saved_CFLAGS; LDFLAGS=$px_saved_LDFLAGS])
  AS_IF([test "x$px_cache" = xyes], [$1="$$1 $2"])
  m4_popdef([px_cache])
])

# PROXENOS_WARNINGS: WARNING_CFLAGS; --enable-werror makes them errors.
AC_DEFUN([PROXENOS_WARNINGS], [
  AC_ARG_ENABLE([werror], [AS_HELP_STRING([--enable-werror], [treat warnings as errors (for developers)])],
    [], [enable_werror=no])
  WARNING_CFLAGS=
  m4_foreach_w([flag], [-Wall -Wextra -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes -Wvla],
    [PROXENOS_TRY_FLAG([WARNING_CFLAGS], flag, [compile])])
  AS_IF([test "x$enable_werror" = xyes], [WARNING_CFLAGS="$WARNING_CFLAGS -Werror"])
  AC_SUBST([WARNING_CFLAGS])
])

# PROXENOS_HARDENING: HARDENING_CFLAGS and HARDENING_LDFLAGS, unless disabled.
AC_DEFUN([PROXENOS_HARDENING], [
  AC_ARG_ENABLE([hardening], [AS_HELP_STRING([--disable-hardening], [do not add hardening flags])],
    [], [enable_hardening=yes])
  HARDENING_CFLAGS= HARDENING_LDFLAGS=
  AS_IF([test "x$enable_hardening" != xno], [
    PROXENOS_TRY_FLAG([HARDENING_CFLAGS], [-fstack-protector-strong], [compile])
    PROXENOS_TRY_FLAG([HARDENING_LDFLAGS], [-Wl,-z,relro], [link])
    PROXENOS_TRY_FLAG([HARDENING_LDFLAGS], [-Wl,-z,now], [link])
    PROXENOS_TRY_FLAG([HARDENING_LDFLAGS], [-Wl,--as-needed], [link])
  ])
  AC_SUBST([HARDENING_CFLAGS])
  AC_SUBST([HARDENING_LDFLAGS])
])

# SPDX-License-Identifier: MIT
# PROXENOS_PLUGIN(KIND, NAME, WHAT, [PKG-VARIABLE], [PKG-CONFIG NAMES])
# One switch --enable-KIND-NAME=yes|no|auto for one plugin: "yes" fails when a
# library is missing, "auto" (the default) leaves the plugin out and the summary
# says why.  Defines the conditional KIND_NAME in capitals, '-' as '_'.
AC_DEFUN([PROXENOS_PLUGIN], [
  m4_pushdef([px_var], [m4_translit([$1_$2], [-], [_])])
  AC_ARG_ENABLE([$1-$2],
    [AS_HELP_STRING([--enable-$1-$2], [build $3 @<:@auto@:>@])],
    [AS_CASE([$enableval], [yes|no|auto], [],
      [AC_MSG_ERROR([--enable-$1-$2 takes yes, no or auto, not '$enableval'])])],
    [enable_[]px_var=auto])
  px_var[]_why=
  AS_IF([test "x$enable_[]px_var" != xno], [
    m4_ifval([$5],
      [PKG_CHECK_MODULES([$4], [$5], [enable_[]px_var[]_found=yes], [
        AS_IF([test "x$enable_[]px_var" = xyes],
          [AC_MSG_ERROR([--enable-$1-$2 needs $5: $$4[]_PKG_ERRORS])])
        enable_[]px_var[]_found=no
        px_var[]_why=" (needs $5, which was not found)"])
       enable_[]px_var=$enable_[]px_var[]_found],
      [enable_[]px_var=yes])
  ])
  AM_CONDITIONAL(m4_translit(px_var, [a-z], [A-Z]), [test "x$enable_[]px_var" = xyes])
  proxenos_summary="$proxenos_summary
  $1 $2: $enable_[]px_var$[]px_var[]_why"
  m4_popdef([px_var])
])

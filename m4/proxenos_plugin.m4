# SPDX-License-Identifier: MIT
# PROXENOS_PLUGIN(KIND, NAME, WHAT, [PKG-VARIABLE], [PKG-CONFIG NAMES], [FOUND], [NEEDS])
# One switch --enable-KIND-NAME=yes|no|auto for one plugin: "yes" fails when a
# library is missing, "auto" (the default) leaves the plugin out and the summary
# says why.  A library without a pkg-config file has been looked for: FOUND is the
# shell variable that says "yes" or "no", NEEDS names it.  Defines the conditional KIND_NAME in capitals, '-' as '_'.
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
      [m4_ifval([$6],
        [AS_IF([test "x$$6" = xyes], [enable_[]px_var=yes], [
          AS_IF([test "x$enable_[]px_var" = xyes], [AC_MSG_ERROR([--enable-$1-$2 needs $7])])
          enable_[]px_var=no
          px_var[]_why=" (needs $7, which was not found)"])],
        [enable_[]px_var=yes])])
  ])
  AM_CONDITIONAL(m4_translit(px_var, [a-z], [A-Z]), [test "x$enable_[]px_var" = xyes])
  AS_CASE([",$enable_static_plugins,$enable_[]px_var"],
    [,yes,yes|*,$2,*yes], [
      STATIC_PLUGINS="$STATIC_PLUGINS m4_if([$1], [hash], [hashes], [$1s])/$2.la"
      m4_ifval([$4], [STATIC_PLUGIN_LIBS="$STATIC_PLUGIN_LIBS $$4[]_LIBS"])
      proxenos_static_names="$proxenos_static_names $2"])
  proxenos_summary="$proxenos_summary
  $1 $2: $enable_[]px_var$[]px_var[]_why"
  m4_popdef([px_var])
])

# PROXENOS_STATIC_PLUGINS: after all plugins.  Substitutes STATIC_PLUGINS (libtool
# archives that go into the program) with what they link; refuses names that are
# not built.
AC_DEFUN([PROXENOS_STATIC_PLUGINS], [
  AS_IF([test "x$enable_static_plugins" != xno && test "x$enable_static_plugins" != xyes], [
    for px_name in `AS_ECHO(["$enable_static_plugins"]) | tr , ' '`; do
      AS_CASE([" $proxenos_static_names "], [*" $px_name "*], [],
        [AC_MSG_ERROR([--enable-static-plugins: no plugin '$px_name' is built])])
    done])
  AM_CONDITIONAL([HAVE_STATIC_PLUGINS], [test -n "$STATIC_PLUGINS"])
  AC_SUBST([STATIC_PLUGINS])
  AC_SUBST([STATIC_PLUGIN_LIBS])
])

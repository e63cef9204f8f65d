# SPDX-License-Identifier: MIT
# PROXENOS_COMPLETION_DIR(SHELL, FOLDER): --with-SHELL-completion-dir, by default
# FOLDER below the data folder; sets SHELLcompletiondir.
AC_DEFUN([PROXENOS_COMPLETION_DIR], [
  AC_ARG_WITH([$1-completion-dir], [AS_HELP_STRING([--with-$1-completion-dir=DIR], [@<:@DATADIR/$2@:>@])],
    [], [with_$1_completion_dir='${datadir}/$2'])
  AC_SUBST([$1completiondir], [$with_$1_completion_dir])
])

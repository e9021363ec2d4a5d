;;; eglot.el --- Drives the server by Eglot  -*- lexical-binding: t; -*-

;;; Commentary:

;; emacs -Q --batch -l INIT -l eglot.el FOLDER, where INIT is the configuration of the page, FOLDER has a main.laud in
;; it, and `laud' is in the path.  Prints a line for each step.

;;; Code:

(require 'eglot)
(require 'flymake)
(require 'xref)

(setq eglot-sync-connect 20 eglot-autoshutdown t eglot-confirm-server-edits nil eglot-confirm-server-initiated-edits nil
      make-backup-files nil flymake-no-changes-timeout 0.1 eglot-send-changes-idle-time 0.05)

(defun laud-test-wait (what holds)
  "Wait until HOLDS gives something, and fail with WHAT after a while."
  (let ((end (+ (float-time) 20)) (found nil))
    (while (not (setq found (funcall holds)))
      (when (> (float-time) end) (error "Waited for %s in %s" what (buffer-string)))
      (accept-process-output nil 0.05)
      ;; Batch mode has no idle time, in which changes are sent.
      (when (and (fboundp 'eglot-managed-p) (eglot-managed-p)) (eglot--signal-textDocument/didChange)))
    found))

(defun laud-test-replace (before after)
  "Put AFTER in place of the first BEFORE."
  (goto-char (point-min))
  (search-forward before)
  (replace-match after t t))

(defun laud-test-findings ()
  "What is wrong, in words."
  (flymake-start)
  (mapconcat #'flymake-diagnostic-text (flymake-diagnostics) "\n"))

(let* ((folder (pop command-line-args-left))
       (spec (with-temp-buffer (insert-file-contents (expand-file-name "main.laud" folder)) (buffer-string))))
  (find-file (expand-file-name "main.laud" folder))
  (cl-assert (eq major-mode (if (treesit-ready-p 'laud t) 'laud-ts-mode 'laud-mode)))
  (cl-assert (file-equal-p folder (project-root (project-current))) t)
  (run-hooks 'post-command-hook)
  (laud-test-wait "the server" #'eglot-managed-p)
  (princ "ok connected\n")

  (laud-test-replace "  image =" "  imagee =")
  (laud-test-wait "a finding" (lambda () (string-match-p "imagee" (laud-test-findings))))
  (laud-test-replace "  imagee =" "  image =")
  (laud-test-wait "no findings" (lambda () (equal (laud-test-findings) "")))
  (princ "ok findings\n")

  (laud-test-replace "  limits" "  res\n  limits")
  (forward-line -1)
  (end-of-line)
  (eglot--signal-textDocument/didChange)
  (let* ((offered (eglot-completion-at-point))
         (all (all-completions "" (nth 2 offered))))
    (cl-assert (or (member "restart" all) (member "replicas" all)) t))
  (delete-region (line-beginning-position) (1+ (line-end-position)))
  (cl-assert (equal (buffer-string) spec) t)
  (princ "ok completes\n")

  (goto-char (point-min))
  (search-forward "= pinned_im")
  (eglot--signal-textDocument/didChange)
  (cl-assert (xref-backend-definitions 'eglot (xref-backend-identifier-at-point 'eglot)) t)
  (eglot-rename "one_image")
  (cl-assert (= 2 (how-many "one_image" (point-min) (point-max))) t)
  (eglot-rename "pinned_image")
  (cl-assert (equal (buffer-string) spec) t)
  (princ "ok renames\n")

  (laud-test-replace "limits {" "limts {")
  (laud-test-wait "a finding" (lambda () (string-match-p "limts" (laud-test-findings))))
  (goto-char (point-min))
  (search-forward "limts")
  (goto-char (match-beginning 0))
  (let ((action (car (eglot-code-actions (point) (point) "quickfix"))))
    (cl-assert action)
    (eglot-execute (eglot-current-server) action))
  (laud-test-wait "the fix" (lambda () (equal (buffer-string) spec)))
  (princ "ok mends\n")

  (laud-test-replace "  image = " "     image=")
  (eglot-format-buffer)
  (cl-assert (equal (buffer-string) spec) t)
  (laud-test-replace "  image = " "     image=")
  (laud-format-buffer)
  (cl-assert (equal (buffer-string) spec) t)
  (princ "ok formats\n")

  (laud-explain "L0204")
  (cl-assert (with-current-buffer "*laud explain*" (looking-at-p "# L0204")))
  (set-buffer-modified-p nil)
  (eglot-shutdown (eglot-current-server))
  (princ "ok ends\n"))

;;; eglot.el ends here

;;; modes.el --- The modes for laud, on every spec  -*- lexical-binding: t; -*-

;;; Commentary:

;; emacs -Q --batch -L .. -l modes.el -f laud-test-modes MODE FILE…
;;
;; Every FILE is a formatted spec: its lines keep their indentation, it gets colours, and it has no error.

;;; Code:

(require 'laud-mode)
(when (require 'treesit nil t) (require 'laud-ts-mode))
(require 'imenu)

(defvar treesit-extra-load-path)
(declare-function treesit-node-check "treesit.c")
(declare-function treesit-buffer-root-node "treesit")

(defvar laud-test--wrong nil "What was found wrong.")

(defun laud-test--face (text)
  "The face of the first TEXT in the buffer."
  (goto-char (point-min))
  (search-forward text)
  (get-text-property (match-beginning 0) 'face))

(defun laud-test--expect (what found expected)
  "Fail with WHAT unless FOUND is EXPECTED, or one of them."
  (unless (if (listp expected) (memq found expected) (equal found expected))
    (error "%s: %S is not %S" what found expected)))

(defun laud-test--indents (file)
  "Fail unless the lines of FILE are indented as they stand."
  (let ((before (split-string (buffer-string) "\n")))
    (goto-char (point-min))
    (while (not (eobp))
      ;; A line within a text stands where it stands.
      (unless (nth 3 (save-excursion (syntax-ppss (line-beginning-position))))
        (delete-horizontal-space))
      (forward-line))
    (let ((inhibit-message t)) (indent-region (point-min) (point-max)))
    (let ((line 0))
      (dolist (now (split-string (buffer-string) "\n"))
        (setq line (1+ line))
        (let ((was (pop before)))
          (unless (equal now was)
            (push (format "%s:%d: `%s' is indented as `%s'" file line was now) laud-test--wrong)))))))

(defun laud-test-modes ()
  "Look at every file of the command line in the mode that it names first."
  (let ((mode (intern (pop command-line-args-left))) (count 0) (inhibit-message t))
    (with-temp-buffer
      (insert "/// A shop.\napp shop // why\n\nservice web {\n  image = \"a\\n\"\n  limits { memory = 64MiB }\n"
              "  open = true\n}\n")
      (funcall mode)
      (font-lock-ensure)
      (laud-test--expect "app" (laud-test--face "app") 'font-lock-keyword-face)
      (laud-test--expect "doc" (laud-test--face "A shop") '(font-lock-doc-face font-lock-comment-face))
      (laud-test--expect "comment" (laud-test--face "why") 'font-lock-comment-face)
      (laud-test--expect "service" (laud-test--face "service") 'font-lock-type-face)
      (laud-test--expect "web" (laud-test--face "web") 'font-lock-variable-name-face)
      (laud-test--expect "text" (laud-test--face "\"a") 'font-lock-string-face)
      (laud-test--expect "true" (laud-test--face "true") 'font-lock-constant-face)
      (laud-test--expect "unit" (laud-test--face "64MiB") '(font-lock-number-face font-lock-constant-face))
      (let ((found (mapcar #'car (funcall imenu-create-index-function))))
        (unless (member "service web" found) (error "The outline has %S" found)))
      (goto-char (point-min))
      (search-forward "open")
      (comment-line 1)
      (unless (string-match-p "^  // open" (buffer-string)) (error "No comment in %s" (buffer-string))))
    (while command-line-args-left
      (let ((file (pop command-line-args-left)))
        (with-temp-buffer
          (insert-file-contents file)
          (funcall mode)
          (font-lock-ensure)
          (when (and (eq mode 'laud-ts-mode) (treesit-node-check (treesit-buffer-root-node) 'has-error))
            (push (format "%s: the grammar has an error" file) laud-test--wrong))
          (laud-test--indents file)
          (setq count (1+ count)))))
    (when laud-test--wrong
      (princ (string-join (nreverse laud-test--wrong) "\n"))
      (kill-emacs 1))
    (princ (format "%d files\n" count))))

;;; modes.el ends here

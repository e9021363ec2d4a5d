;;; laud-mode.el --- Specs in laud  -*- lexical-binding: t; -*-

;; Version: 0.1.0
;; Package-Requires: ((emacs "27.1"))
;; Keywords: languages, tools
;; SPDX-License-Identifier: Apache-2.0

;;; Commentary:

;; A mode for .laud files that needs no grammar, and what `laud-ts-mode' shares with it: indentation by brackets, the
;; language server by Eglot, the formatter and the pages of codes.  What is known of laud beyond words and brackets is
;; asked of the `laud' program.

;;; Code:

(defgroup laud nil
  "Specs in laud."
  :group 'languages)

(defcustom laud-program "laud"
  "The `laud' program."
  :type 'string
  :group 'laud)

(defcustom laud-indent-offset 2
  "Columns of indentation; `laud fmt' has two."
  :type 'integer
  :safe #'integerp
  :group 'laud)

(defvar laud-base-mode-syntax-table
  (let ((table (make-syntax-table)))
    (modify-syntax-entry ?_ "_" table)
    (modify-syntax-entry ?/ ". 12" table)
    (modify-syntax-entry ?\n ">" table)
    (modify-syntax-entry ?\" "\"" table)
    (modify-syntax-entry ?` "\"" table)
    (modify-syntax-entry ?\\ "\\" table)
    table)
  "Comments, texts, and other languages in back-quotes.")

(defvar laud-mode-font-lock-keywords
  `((,(rx bol (* blank)
          (group (or "app" "use" "let" "out" "drop" "raw" "for" "if" "type" "kind" "metrics" "environment"
                     "external" "primitive"))
          symbol-end (+ blank) (group (+ (any "a-zA-Z0-9_./"))))
     (1 font-lock-keyword-face) (2 font-lock-variable-name-face))
    (,(rx bol (* blank) (? "external" (+ blank)) (group (any "a-z_") (* (any "a-z0-9_"))) (+ blank)
          (group (any "a-zA-Z_") (* (any "a-zA-Z0-9_"))) (* blank) (any "{\"\n"))
     (1 font-lock-type-face) (2 font-lock-variable-name-face))
    (,(rx symbol-start (or "and" "or" "not" "in" "if" "then" "else" "for" "matching" "because" "as" "enum") symbol-end)
     . font-lock-keyword-face)
    (,(rx symbol-start (or "true" "false" "none" "self") symbol-end) . font-lock-constant-face)
    (,(rx symbol-start (any "A-Z") (* (any "a-zA-Z0-9_"))) . font-lock-type-face)
    (,(rx bol (* blank) (group (any "a-z_") (* (any "a-zA-Z0-9_."))) (* blank) (any "=:{"))
     1 font-lock-variable-name-face)
    (,(rx symbol-start (+ digit) (* (any "0-9_.")) (* (any "a-zA-Z%")))
     . font-lock-constant-face))
  "What has which colour, as far as words tell.")

(defvar laud-mode-imenu
  `((nil ,(rx bol (group-n 1 (any "a-z_") (* (any "a-z0-9_ ")) (any "a-z0-9_"))
              (* blank) (or "{" (seq "\"" (* nonl)) (seq "=" (* nonl)) eol)) 1))
  "Declarations that stand at the left.")

(defun laud--propertize (start end)
  "Make one text of each that stands in three quotes, from START to END."
  (goto-char start)
  (while (search-forward "\"\"\"" end t)
    (let* ((open (save-excursion (nth 8 (syntax-ppss (- (point) 3))))) (at (point)))
      ;; The fence is the first quote of those that open, and the last of those that close.
      (unless (and open (eq (char-after open) ?/))
        (put-text-property (if open (1- at) (- at 3)) (if open at (- at 2)) 'syntax-table (string-to-syntax "|"))))))

(defun laud--continues-p ()
  "Whether the line at point goes on with the expression of the line before."
  (looking-at-p (rx (or "??" "->" (any "+*<>|") (seq "-" blank) "==" "!="
                        (seq (or "and" "because" "else" "in" "or" "then") symbol-end)))))

(defun laud-indent-line ()
  "Indent by the line of the innermost open bracket, as `laud fmt' does."
  (interactive)
  (let* ((state (save-excursion (syntax-ppss (line-beginning-position))))
         (from-end (- (point-max) (point))))
    (if (nth 3 state)
        'noindent
      (let ((indent
             (save-excursion
               (back-to-indentation)
               (let ((closes (looking-at-p (rx (any "]})")))) (continues (laud--continues-p)))
                 (if (not (nth 1 state))
                     (if continues laud-indent-offset 0)
                   (goto-char (nth 1 state))
                   (back-to-indentation)
                   (+ (current-column) (cond (closes 0) (continues (* 2 laud-indent-offset)) (t laud-indent-offset))))))))
        (indent-line-to indent)
        (when (> (- (point-max) from-end) (point))
          (goto-char (- (point-max) from-end)))))))

(defun laud-format-buffer ()
  "Lay the buffer out in the one canonical way, by `laud fmt'."
  (interactive)
  (let ((source (current-buffer)) (result (generate-new-buffer " *laud fmt*")))
    (unwind-protect
        ;; It goes as far as the text can be read, and says so by its exit code.
        (if (memq (call-process-region nil nil laud-program nil (list result nil) nil "fmt" "-") '(0 1))
            (with-current-buffer source (replace-buffer-contents result))
          (user-error "`%s fmt' did not run" laud-program))
      (kill-buffer result))))

(defun laud-explain (code)
  "Show the page of a diagnostic CODE, of the finding at point if there is one."
  (interactive
   (list (let ((here (laud--code-at-point)))
           (read-string (format-prompt "Code" here) nil nil here))))
  (with-current-buffer (get-buffer-create "*laud explain*")
    (let ((inhibit-read-only t))
      (erase-buffer)
      (call-process laud-program nil t nil "explain" code)
      (goto-char (point-min)))
    (special-mode)
    (display-buffer (current-buffer))))

(declare-function flymake-diagnostics "flymake")
(declare-function flymake-diagnostic-text "flymake")

(defun laud--code-at-point ()
  "The code of the first finding at point."
  (let ((found (and (bound-and-true-p flymake-mode) (flymake-diagnostics (point)))))
    (when (and found (string-match (rx "L" (= 4 digit)) (flymake-diagnostic-text (car found))))
      (match-string 0 (flymake-diagnostic-text (car found))))))

(defvar laud-base-mode-map
  (let ((map (make-sparse-keymap)))
    (define-key map (kbd "C-c C-f") #'laud-format-buffer)
    (define-key map (kbd "C-c C-e") #'laud-explain)
    map)
  "Keys of both modes.")

;;;###autoload
(define-derived-mode laud-base-mode prog-mode "laud"
  "What the modes for laud share."
  (setq-local comment-start "// ")
  (setq-local comment-start-skip (rx "//" (* "/") (* blank)))
  (setq-local indent-tabs-mode nil)
  (setq-local tab-width 2)
  (setq-local electric-indent-chars (append "]})" electric-indent-chars))
  (setq-local compile-command (format "%s check --format short" laud-program))
  (setq-local syntax-propertize-function #'laud--propertize))

;;;###autoload
(define-derived-mode laud-mode laud-base-mode "laud"
  "A mode for specs in laud that needs no grammar."
  (setq-local font-lock-defaults '(laud-mode-font-lock-keywords))
  (setq-local indent-line-function #'laud-indent-line)
  (setq-local imenu-generic-expression laud-mode-imenu))

;;;###autoload
(add-to-list 'auto-mode-alist '("\\.laud\\'" . laud-mode))

(defvar eglot-server-programs)
(with-eval-after-load 'eglot
  (add-to-list 'eglot-server-programs
               `((laud-mode laud-ts-mode) . ,(lambda (&rest _) (list laud-program "lsp")))))

;; The folder of a main.laud is a project of its own, so that a server looks at the whole system.
(defun laud-project (folder)
  "The project of a system, if FOLDER is of one."
  (let ((root (locate-dominating-file folder "main.laud")))
    (and root (derived-mode-p 'laud-base-mode) (cons 'transient root))))
(add-hook 'project-find-functions #'laud-project)

(provide 'laud-mode)
;;; laud-mode.el ends here

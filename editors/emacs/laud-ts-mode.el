;;; laud-ts-mode.el --- Specs in laud, by their grammar  -*- lexical-binding: t; -*-

;; Version: 0.1.0
;; Package-Requires: ((emacs "29.1"))
;; Keywords: languages, tools
;; SPDX-License-Identifier: Apache-2.0

;;; Commentary:

;; Colours, indentation, an outline and motion by the tree-sitter grammar of laud, for Emacs 29 and later.  Where the
;; grammar is not there, .laud files stay with `laud-mode'.

;;; Code:

(require 'treesit)
(require 'laud-mode)

(declare-function treesit-node-child-by-field-name "treesit.c")
(declare-function treesit-node-type "treesit.c")

(defconst laud-ts--words
  '("app" "let" "out" "because" "kind" "type" "enum" "metrics" "environment" "primitive" "external" "use" "as" "drop"
    "raw" "if" "then" "else" "for" "in" "and" "or" "not" "matching")
  "The words of the language.")

(defvar laud-ts-mode-font-lock-settings
  (when (treesit-available-p)
    (treesit-font-lock-rules
     :language 'laud
     :feature 'comment
     '((comment) @font-lock-comment-face
       (doc_comment) @font-lock-doc-face)
     :language 'laud
     :feature 'string
     '((text) @font-lock-string-face
       (embedded_content) @font-lock-string-face
       (embedded language: (identifier) @font-lock-preprocessor-face))
     :language 'laud
     :feature 'keyword
     `([,@laud-ts--words] @font-lock-keyword-face)
     :language 'laud
     :feature 'definition
     '((kind name: (identifier) @font-lock-type-face)
       (type_alias name: (identifier) @font-lock-type-face)
       (environment name: (identifier) @font-lock-function-name-face)
       (app name: (identifier) @font-lock-function-name-face)
       (declaration name: (identifier) @font-lock-variable-name-face)
       (let name: (identifier) @font-lock-variable-name-face))
     :language 'laud
     :feature 'type
     '((declaration kind: (identifier) @font-lock-type-face)
       (type_identifier) @font-lock-type-face
       (metric type: (identifier) @font-lock-type-face)
       (tagged tag: (identifier) @font-lock-constant-face))
     :language 'laud
     :feature 'property
     '((path [(identifier) (text)] @font-lock-property-name-face)
       (parameter name: (identifier) @font-lock-property-name-face)
       (output name: (identifier) @font-lock-property-name-face)
       (member name: (identifier) @font-lock-property-use-face))
     :language 'laud
     :feature 'constant
     '([(true) (false) (none)] @font-lock-constant-face
       (variant name: (identifier) @font-lock-constant-face))
     :language 'laud
     :feature 'number
     '([(number) (quantity)] @font-lock-number-face)
     :language 'laud
     :feature 'function
     '((call function: (identifier) @font-lock-function-call-face))
     :language 'laud
     :feature 'escape
     :override t
     '((escape) @font-lock-escape-face
       (matching_type pattern: (text) @font-lock-regexp-face))
     :language 'laud
     :feature 'interpolation
     :override t
     '((interpolation ["{" "${" "}"] @font-lock-misc-punctuation-face))
     :language 'laud
     :feature 'operator
     '(["=" "==" "!=" "<=" ">=" "+" "-" "*" "/" "??" "->" "..." ".." "|" "?"] @font-lock-operator-face)
     :language 'laud
     :feature 'bracket
     '(["{" "}" "[" "]" "(" ")"] @font-lock-bracket-face)
     :language 'laud
     :feature 'error
     :override t
     '((ERROR) @font-lock-warning-face)))
  "What has which colour.")

(defun laud-ts--name (node)
  "What the outline shows of NODE: a declaration with its kind."
  (let ((text (lambda (field)
                (let ((child (treesit-node-child-by-field-name node field))) (and child (treesit-node-text child t))))))
    (if (equal (treesit-node-type node) "declaration")
        (string-join (delq nil (list (funcall text "kind") (funcall text "name"))) " ")
      (funcall text "name"))))

;;;###autoload
(define-derived-mode laud-ts-mode laud-base-mode "laud"
  "A mode for specs in laud, by their grammar."
  (unless (treesit-ready-p 'laud)
    (error "The grammar of laud is not there; `laud-mode' needs none"))
  (treesit-parser-create 'laud)
  (setq-local treesit-font-lock-settings laud-ts-mode-font-lock-settings)
  (setq-local treesit-font-lock-feature-list
              '((comment definition) (keyword string type) (constant escape function interpolation number property)
                (bracket error operator)))
  (setq-local treesit-simple-imenu-settings
              '((nil "\\`declaration\\'" nil laud-ts--name)
                ("Kind" "\\`kind\\'" nil laud-ts--name)
                ("Type" "\\`type_alias\\'" nil laud-ts--name)
                ("Let" "\\`let\\'" nil laud-ts--name)
                ("Environment" "\\`environment\\'" nil laud-ts--name)))
  (setq-local treesit-defun-type-regexp (rx bos (or "declaration" "kind" "type_alias" "environment" "metrics") eos))
  (setq-local treesit-defun-name-function #'laud-ts--name)
  (treesit-major-mode-setup)
  ;; Brackets say where a line starts; the tree of a text that is being typed says it less well.
  (setq-local indent-line-function #'laud-indent-line)
  (setq-local indent-region-function nil))

(when (treesit-ready-p 'laud t)
  (add-to-list 'auto-mode-alist '("\\.laud\\'" . laud-ts-mode)))

(provide 'laud-ts-mode)
;;; laud-ts-mode.el ends here

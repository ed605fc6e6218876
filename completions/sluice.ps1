# sluice completion for PowerShell, 5.1 and later. Nothing that was typed is evaluated.
Register-ArgumentCompleter -Native -CommandName 'sluice' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    # The words up to the cursor, quotes taken off; the one under the cursor counts up to the cursor.
    $words = @()
    foreach ($element in @($commandAst.CommandElements | Select-Object -Skip 1)) {
        if ($element.Extent.StartOffset -ge $cursorPosition) { break }
        $text = if ($element -is [System.Management.Automation.Language.StringConstantExpressionAst]) { $element.Value } else { $element.Extent.Text }
        $over = $element.Extent.EndOffset - $cursorPosition
        if ($over -gt 0 -and $over -lt $text.Length) { $text = $text.Substring(0, $text.Length - $over) }
        $words += $text
    }
    # Windows PowerShell drops empty arguments: that a new word begins is told in the environment.
    $before = $env:SLUICE_COMP_EMPTY
    try {
        $env:SLUICE_COMP_EMPTY = if ($wordToComplete -eq '') { '1' } else { $null }
        $lines = @(& $commandAst.CommandElements[0].Value '__complete' @words 2>$null)
    } finally {
        $env:SLUICE_COMP_EMPTY = $before
    }
    if ($lines.Count -eq 0) { return }
    $directive = [int]($lines[-1].Substring(1))
    $found = @($lines | Select-Object -SkipLast 1)
    if ($found.Count -eq 0) {
        # Without an answer PowerShell offers files; one empty word keeps them away.
        if ($directive -band 4) { '' }
        return
    }
    foreach ($line in $found) {
        $value, $doc = $line -split "`t", 2
        if (-not $doc) { $doc = $value }
        $shown = $value
        $word = if ($value -match "[\s'`"``$;,(){}|&<>]") { "'" + $value.Replace("'", "''") + "'" } else { $value }
        if (-not ($directive -band 2)) { $word += ' ' }
        [System.Management.Automation.CompletionResult]::new($word, $shown, 'ParameterValue', $doc)
    }
}

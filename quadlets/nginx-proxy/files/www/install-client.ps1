# Makes this Windows machine a client of liminati.internal: it trusts the site's certificates and asks the site for the zone's names.
# Windows 10, 11 and Server 2016 or newer; Windows PowerShell 5.1 or PowerShell 7. Made by install-quadlets on the host.
#   & ([scriptblock]::Create((irm http://100.64.0.1:8081/install-client.ps1))) -Address 100.64.0.1
param(
    [ipaddress] $Address = '100.64.0.1',
    # Refuse unless the authority's certificate has this SHA-256 fingerprint.
    [string] $Fingerprint = '',
    # Change nothing, test each step and say why it fails.
    [switch] $Check,
    # Take back everything that this script did.
    [switch] $Uninstall
)

# In a function that the last line calls: a download that breaks off does nothing.
function Install-Client {
    $ErrorActionPreference = 'Stop'
    $zone = 'liminati.internal'
    $names = @('liminati.internal', 'vllm.liminati.internal', 'webui.liminati.internal', 'opik.liminati.internal')
    $page = 'http://100.64.0.1:8081'
    $mark = "install-quadlets $zone"
    $server = $Address.ToString()
    $folder = Join-Path $env:ProgramData 'install-quadlets'
    $file = Join-Path $folder "$zone.crt"

    # --- the authorities: two while one is changed for the other, none where every machine trusts the certificate already ---
    $encoded = @(
@AUTHORITY_EACH@
        '@AUTHORITY_BASE64@'
@AUTHORITY_END@
    )
    function Get-Plain([string] $text) {
        foreach ($one in ($text -split ',')) {
            $hex = ($one -replace '^.*=', '' -replace '[^0-9A-Fa-f]', '').ToUpperInvariant()
            if ($hex) { $hex }
        }
    }
    $expected = @(Get-Plain '@AUTHORITY_FINGERPRINT@')
    $pins = @(Get-Plain $Fingerprint)
    $hash = [System.Security.Cryptography.SHA256]::Create()
    $certificates = @(
        foreach ($base64 in $encoded) {
            $bytes = [Convert]::FromBase64String($base64)
            $one = New-Object System.Security.Cryptography.X509Certificates.X509Certificate2 -ArgumentList (, $bytes)
            $actual = [BitConverter]::ToString($hash.ComputeHash($one.RawData)) -replace '-', ''
            if ($expected -notcontains $actual) { throw 'the certificate in this script is damaged: download it again' }
            if ($pins.Count -eq 0 -or $pins -contains $actual) { $one }
        }
    )
    if ($Fingerprint -and $certificates.Count -eq 0) {
        throw "the authority's fingerprint is @AUTHORITY_FINGERPRINT@, not the one you gave: this script does not come from the site you mean"
    }
    $thumbprints = @($certificates | ForEach-Object { $_.Thumbprint })

    # --- what is there ---
    function Get-Ours { Get-ChildItem Cert:\LocalMachine\Root | Where-Object { $_.FriendlyName -eq $mark } }
    function Get-Missing {
        $certificates | Where-Object { -not (Test-Path "Cert:\LocalMachine\Root\$($_.Thumbprint)") }
    }
    function Get-Rules { Get-DnsClientNrptRule | Where-Object { $_.Comment -eq $mark } }
    function Test-Rule {
        $rules = @(Get-Rules)
        $rules.Count -eq 1 -and (@($rules[0].NameServers | ForEach-Object { "$_" }) -join ' ') -eq $server
    }
    function Test-Name([string] $name) {
        $answers = Resolve-DnsName -Name $name -Type A -DnsOnly -ErrorAction SilentlyContinue
        @($answers | Where-Object { $_.IPAddress -eq $server }).Count -gt 0
    }
    function Test-AllNames { @($names | Where-Object { -not (Test-Name $_) }).Count -eq 0 }
    function Get-NodeVariable { [Environment]::GetEnvironmentVariable('NODE_EXTRA_CA_CERTS', 'Machine') }

    # --- check ---
    function Test-Client {
        $script:failed = 0
        function Report([bool] $good, [string] $text, [string] $reason) {
            if ($good) { Write-Host "ok    $text" } else { Write-Host "FAIL  ${text}: $reason"; $script:failed++ }
        }
        Report (@(Get-Missing).Count -eq 0) 'trust: the authority is in the machine''s Root store' 'it is not there'
        $reason = ''
        try {
            [Net.ServicePointManager]::SecurityProtocol = [Net.ServicePointManager]::SecurityProtocol -bor [Net.SecurityProtocolType]::Tls12
            Invoke-WebRequest -UseBasicParsing -TimeoutSec 10 -Uri "https://$zone/" | Out-Null
        } catch { $reason = $_.Exception.Message }
        Report ($reason -eq '') "trust: https://$zone/ is trusted" $reason
        foreach ($name in $names) {
            Report (Test-Name $name) "names: $name is $server" 'it is not; is Tailscale up, and does a group policy with rules of its own (NRPT) switch this one off?'
        }
        $variable = Get-NodeVariable
        Report ([bool] $variable -or $certificates.Count -eq 0) "variables: NODE_EXTRA_CA_CERTS is $variable" 'Node does not know the authority'
        if ($script:failed -gt 0) { throw "$($script:failed) checks failed; $page/ explains the steps" }
    }
    if ($Check) { Test-Client; return }

    $me = New-Object Security.Principal.WindowsPrincipal ([Security.Principal.WindowsIdentity]::GetCurrent())
    if (-not $me.IsInRole([Security.Principal.WindowsBuiltInRole]::Administrator)) {
        throw 'this changes the machine''s certificates, name resolution and variables: open PowerShell as administrator and run it again'
    }

    function Remove-Ours([string[]] $except) {
        foreach ($old in @(Get-Ours | Where-Object { $except -notcontains $_.Thumbprint })) {
            Remove-Item -Path "Cert:\LocalMachine\Root\$($old.Thumbprint)"
            Write-Host "trust: removed $($old.Thumbprint)"
        }
    }
    function Remove-Variable {
        if ((Get-NodeVariable) -eq $file) {
            [Environment]::SetEnvironmentVariable('NODE_EXTRA_CA_CERTS', $null, 'Machine')
            Write-Host 'variables: removed NODE_EXTRA_CA_CERTS'
        }
        if (Test-Path $file) { Remove-Item -Path $file }
        if ((Test-Path $folder) -and -not (Get-ChildItem -Force $folder)) { Remove-Item -Path $folder }
    }
    function Remove-Rules {
        foreach ($rule in @(Get-Rules)) {
            Remove-DnsClientNrptRule -Name $rule.Name -Force
            Write-Host 'names: removed the rule'
        }
    }

    # --- uninstall ---
    if ($Uninstall) {
        Write-Host "Taking back what was set up for $zone on this machine, as administrator."
        Remove-Rules
        Clear-DnsClientCache
        Remove-Variable
        Remove-Ours @()
        Write-Host 'Done.'
        return
    }

    # --- install ---
    Write-Host "Setting up this machine for $zone at $server, as administrator: its Root store, a name resolution rule, a variable for Node."
    Remove-Ours $thumbprints
    $missing = @(Get-Missing)
    foreach ($one in $missing) {
        # The name is how -Uninstall knows it again.
        $one.FriendlyName = $mark
        $store = New-Object System.Security.Cryptography.X509Certificates.X509Store -ArgumentList 'Root', 'LocalMachine'
        $store.Open('ReadWrite')
        try { $store.Add($one) } finally { $store.Close() }
        Write-Host "trust: added the authority of $zone"
    }
    if ($missing.Count -eq 0) { Write-Host 'trust: nothing to add' }
    if (Test-Rule) {
        Write-Host 'names: already set up'
    } elseif (@(Get-Rules).Count -eq 0 -and (Test-AllNames)) {
        Write-Host "names: already answered with $server"
    } else {
        Remove-Rules
        # With the dot: every name below the zone. Without: the zone itself. All other names go where they always went.
        Add-DnsClientNrptRule -Namespace ".$zone", $zone -NameServers $server -Comment $mark
        Clear-DnsClientCache
        Write-Host "names: Windows asks $server for $zone"
    }
    # Node keeps its own list of authorities. A value that is already there is someone else's.
    $pem = @($certificates | ForEach-Object {
        $lines = [Convert]::ToBase64String($_.RawData) -replace '(.{64})(?=.)', "`$1`n"
        "-----BEGIN CERTIFICATE-----`n$lines`n-----END CERTIFICATE-----`n"
    }) -join ''
    $variable = Get-NodeVariable
    if ($certificates.Count -eq 0) {
        Remove-Variable
    } elseif ($variable -and $variable -ne $file) {
        Write-Host "variables: NODE_EXTRA_CA_CERTS is $variable already: add $page/ca.crt to that file"
    } elseif ($variable -and (Test-Path $file) -and [IO.File]::ReadAllText($file) -eq $pem) {
        Write-Host 'variables: already set'
    } else {
        New-Item -ItemType Directory -Force -Path $folder | Out-Null
        [IO.File]::WriteAllText($file, $pem)
        [Environment]::SetEnvironmentVariable('NODE_EXTRA_CA_CERTS', $file, 'Machine')
        Write-Host 'variables: NODE_EXTRA_CA_CERTS is set, for programs that start from now on'
    }
    Test-Client
    Write-Host "Done: https://$zone/. Python's requests keeps its own list of authorities: pip install truststore, or REQUESTS_CA_BUNDLE."
}

Install-Client

' LibreOffice makes FOLDER/signed.pdf, exported with a signature, and FOLDER/signed.odt, signed, with the
' one certificate that it finds, and ends. FOLDER comes from the environment; what was done is told in
' FOLDER/told.
'
' As a macro all this happens in LibreOffice's main thread, where the menus' commands happen too.

Sub Tell(what)
    told = FreeFile
    Open Environ("FOLDER") & "/told" For Append As #told
    Print #told, what
    Close #told
End Sub

Function UrlOf(name)
    UrlOf = ConvertToURL(Environ("FOLDER") & "/" & name)
End Function

Function Setting(name, value)
    made = CreateUnoStruct("com.sun.star.beans.PropertyValue")
    made.Name = name
    made.Value = value
    Setting = made
End Function

' Settings within settings need their type.
Function Settings(list)
    Settings = CreateUnoValue("[]com.sun.star.beans.PropertyValue", list)
End Function

Function FindCertificate()
    context = CreateUnoService("com.sun.star.xml.crypto.SEInitializer").createSecurityContext("")
    offered = context.getSecurityEnvironment().getPersonalCertificates()
    For Each certificate In offered
        Tell("offered: " & certificate.SubjectName)
    Next
    FindCertificate = offered(0)
End Function

Sub WriteDocuments(certificate)
    document = StarDesktop.loadComponentFromURL("private:factory/swriter", "_blank", 0, _
        Array(Setting("Hidden", True)))
    document.Text.setString("The quick brown fox jumps over the lazy dog.")
    signing = Settings(Array(Setting("SignPDF", True), Setting("SignatureCertificate", certificate)))
    document.storeToURL(UrlOf("signed.pdf"), _
        Array(Setting("FilterName", "writer_pdf_Export"), Setting("FilterData", signing)))
    Tell("PDF written")
    document.storeToURL(UrlOf("signed.odt"), Array(Setting("FilterName", "writer8")))
    document.close(True)
End Sub

' In the storage's default format the signature would be accepted, and not be written.
Sub SignOdf(certificate)
    readAndWrite = com.sun.star.embed.ElementModes.READWRITE
    storage = CreateUnoService("com.sun.star.embed.StorageFactory").createInstanceWithArguments( _
        Array(UrlOf("signed.odt"), readAndWrite, Settings(Array(Setting("StorageFormat", "ZipFormat")))))
    signatures = CreateUnoServiceWithArguments("com.sun.star.security.DocumentDigitalSignatures", _
        Array("1.3", False))
    If signatures.signDocumentWithCertificate(certificate, storage, Nothing) Then Tell("ODF signed")
    storage.commit()
    storage.dispose()
End Sub

Sub Main
    On Error GoTo Failed
    certificate = FindCertificate()
    WriteDocuments(certificate)
    SignOdf(certificate)
    StarDesktop.terminate()
    Exit Sub
Failed:
    Tell("failed: " & Error$)
    StarDesktop.terminate()
End Sub

namespace ControlPlane.Injection.Templates;

/// <summary>Why a template can't be read or carried out. Never leaves this folder: <see cref="CustomTemplate"/> names the template.</summary>
internal sealed class TemplateFault(string message) : Exception(message);

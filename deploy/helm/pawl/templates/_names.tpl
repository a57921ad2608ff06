{{- define "pawl.labels" -}}
app.kubernetes.io/name: pawl
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "pawl.secret" -}}
{{ .Values.database.existingSecret | default (printf "%s-database" .Release.Name) }}
{{- end }}

{{- define "pawl.url" -}}
{{ .Values.database.url | default (printf "jdbc:postgresql://%s-postgresql:5432/pawl" .Release.Name) }}
{{- end }}

"""The closed vocabularies of the dataset: every value that a field of this type may take."""

from __future__ import annotations

from typing import Literal

Date = str
Origin = Literal["bundled", "overlay"]  # set by the loader, never written in a file
Regulator = Literal[
    "FDA",
    "EMA",
    "MHRA",
    "PMDA",
    "NMPA",
    "HealthCanada",
    "TGA",
    "Swissmedic",
    "HSA",
    "MFDS",
    "CDSCO",
    "AEMPS",
    "HongKongDH",  # Department of Health, Hong Kong
    "ISAF",  # Pharmaceutical Administration Bureau, Macau
]
MatchKind = Literal["exact", "alias", "code", "normalised", "fuzzy", "ambiguous", "none"]
ProductStatus = Literal["approved", "investigational", "withdrawn"]
NameKind = Literal["inn", "short", "brand", "development-code", "synonym", "former"]
CodeSystem = Literal[
    "ATC",
    "BLA",
    "ChEMBL",
    "CPT",
    "DIN",
    "DrugBank",
    "EMA product number",
    "EU-MA",
    "HCPCS",
    "Health Canada control number",
    "ICD-10-CM",
    "ICD-10-PCS",
    "KEGG",
    "MS-DRG",
    "NCI Drug Dictionary",
    "NCIt",
    "NDC",
    "NMPA",
    "NUI",
    "RxNorm",
    "SPL set id",
    "Swissmedic",
    "UK-PLGB",
    "UNII",
]
DiseaseCodeSystem = Literal["NCIt", "OncoTree", "MONDO", "DOID", "ICD-10-CM", "ICD-O-3"]
Pathway = Literal["full", "accelerated", "conditional", "hospital-exemption"]
IndicationStatus = Literal["active", "superseded", "withdrawn"]
Population = Literal[
    "adult",
    "paediatric",
    "paediatric and adolescent",
    "paediatric and young adult",
    "paediatric, young adult and adult",
    "adolescent and adult",
]
CriterionKind = Literal[
    "disease-status",
    "prior-therapy",
    "refractory-to",
    "progression-on",
    "transplant",
    "no-prior-therapy",
    "excluded-disease",
    "antigen",
]
# The values of criteria; ``eligibility.VALUES`` says which kinds take which.
DiseaseStatus = Literal["relapsed", "refractory", "refractory-to-first-line", "advanced"]
TherapyClass = Literal[
    "systemic-therapy",
    "chemotherapy",
    "first-line-chemoimmunotherapy",
    "immunomodulatory-agent",
    "proteasome-inhibitor",
    "anti-cd38-antibody",
    "lenalidomide",
    "btk-inhibitor",
    "bcl2-inhibitor",
    "cd19-car-t",
    "bcma-car-t",
]
TransplantCondition = Literal[
    "autologous-eligible",
    "autologous-ineligible",
    "relapsed-after-autologous",
    "allogeneic-ineligible",
    "relapsed-after-allogeneic",
    "relapsed-after-transplant",  # of a kind that the label does not name
]
AntigenCondition = Literal["cd19-positive", "cldn18.2-positive", "her2-negative"]
ExcludedDisease = Literal["primary-cns-lymphoma"]
CriterionValue = Literal[
    DiseaseStatus,
    TherapyClass,
    "last-therapy",
    TransplantCondition,
    AntigenCondition,
    ExcludedDisease,
]
# What is known of a patient's disease and its course; absence of a word never means no.
PatientStatus = Literal[
    "relapsed",
    "not-relapsed",
    "refractory",
    "not-refractory",
    "refractory-to-first-line",
    "advanced",
    "not-advanced",
    "untreated",
]
# Without a kind, the transplant is the one that each label names.
TransplantFact = Literal[
    "eligible",
    "ineligible",
    "relapsed-after",
    "none",
    "autologous-eligible",
    "autologous-ineligible",
    "relapsed-after-autologous",
    "allogeneic-eligible",
    "allogeneic-ineligible",
    "relapsed-after-allogeneic",
]
Antigen = Literal[
    "cd19-positive",
    "cd19-negative",
    "cldn18.2-positive",
    "cldn18.2-negative",
    "her2-positive",
    "her2-negative",
]
Verdict = Literal["met", "not met", "open"]
CheckKind = Literal[
    "disease",
    "age",
    "prior-lines",
    "disease-status",
    "prior-therapy",
    "refractory-to",
    "progression-on",
    "transplant",
    "no-prior-therapy",
    "excluded-disease",
    "antigen",
    "one-of",  # alternatives of several kinds
    "further-conditions",  # those that the dataset does not know
]
WarningKind = Literal["warning", "contraindication", "limitation-of-use"]
Rems = Literal["none", "active", "removed"]
EventKind = Literal[
    "approval",
    "indication",
    "conversion",
    "opinion",
    "designation",
    "label",
    "safety",
    "rems",
    "withdrawal",
    "manufacturing",
    "reimbursement",
    "other",
]
# The kinds of a timeline entry: an approval is the first one of a product at a regulator.
EntryKind = Literal[
    "approval",
    "indication",
    "conversion",
    "replaced",
    "withdrawal",
    "safety",
    "rems",
    "label",
    "opinion",
    "designation",
    "manufacturing",
    "reimbursement",
    "other",
]
# The sections of a comparison, in the order in which they are shown.
ComparisonSection = Literal[
    "product",
    "indications",
    "dose",
    "lymphodepletion",
    "monitoring",
    "warnings",
    "outcomes",
    "safety",
    "logistics",
]
ExplainedKind = Literal["term", "adverse event", "disease"]
PendingStage = Literal["planned", "trial", "rolling submission", "under review"]
TrialKind = Literal["pivotal", "supportive", "real-world", "pool"]
OutcomeUnit = Literal["percent", "months", "days", "hazard ratio", "odds ratio", "patients"]
# In this order rates are chosen and shown: labels before papers.
Basis = Literal["FDA label", "SmPC", "Swiss label", "label", "publication"]
Measure = Literal["reaction", "laboratory", "serious", "prolonged", "fatal", "list", "summary"]
# How our label of a product stands to that of openFDA, and what of the latter is ours.
LabelState = Literal["current", "newer", "not found", "failed", "not known"]
LabelMatch = Literal["set id", "application number", "brand name"]
SourceKind = Literal[
    "label", "smpc", "regulator", "publication", "registry", "company", "press", "other"
]
Category = Literal[
    "any",
    "cardiac",
    "death",
    "gastrointestinal",
    "general",
    "haematologic",
    "hepatic",
    "immune",
    "infection",
    "investigation",
    "malignancy",
    "metabolic",
    "musculoskeletal",
    "neurologic",
    "psychiatric",
    "renal",
    "respiratory",
    "skin",
    "vascular",
]
TermKind = Literal[
    "basics",
    "construct",
    "manufacture",
    "care",
    "safety",
    "outcome",
    "evidence",
    "resistance",
    "future",
    "regulation",
]
Stage = Literal[
    "referral",
    "leukapheresis",
    "bridging",
    "manufacturing",
    "lymphodepletion",
    "infusion",
    "early-monitoring",
    "long-term-follow-up",
]
# How an indication stands to a disease that was asked for; see ``DiseaseTree.relation``.
Relation = Literal["named", "part", "not-named", "excluded", "formerly-excluded", "other-age"]
